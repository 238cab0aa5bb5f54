const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** What V8 has compiled, by file: its source, and the code. */
const compiled = new Map();
const { compileFunction } = vm;

/**
 * Jest compiles the modules of each suite anew, some thousand of them: a seventh of the processor time of suites that load an
 * app. Here a worker keeps V8's code of each module for its later suites.
 */
vm.compileFunction = (source, parameters, options) => {
  const known = compiled.get(options.filename);
  const cachedData = known?.source === source ? known.code : undefined;
  const result = compileFunction(source, parameters, {
    ...options,
    cachedData,
    produceCachedData: !cachedData,
  });
  if (result.cachedData) compiled.set(options.filename, { source, code: result.cachedData });
  return result;
};

module.exports = TestEnvironment;
