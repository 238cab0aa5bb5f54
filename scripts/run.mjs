/**
 * The bootstrap behind every npm command: `node scripts/run.mjs start`. Plain JavaScript on Node's own
 * modules, as a fresh clone has no others.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { npmCommand, runToEnd, stopWithNpm } from './bootstrap/child.mjs';
import { setUp } from './bootstrap/setup.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OLDEST_NODE = [20, 19];

/** What the service and its operators run needs no devDependencies. */
const RUNTIME = {
  start: 'scripts/start.ts',
  api: 'apps/api/src/main.ts',
  worker: 'apps/worker/src/main.ts',
  'gateway-sim': 'apps/gateway-sim/src/main.ts',
  import: 'scripts/import.ts',
  'api-key': 'scripts/api-key.ts',
  names: 'scripts/names.ts',
};

const SERVES_CONSOLE = new Set(['start', 'api']);

/** Run in this process: one process fewer between npm and the process that has to stop on its signal. */
const PROGRAMS = {
  ...RUNTIME,
  bench: 'bench/src/main.ts',
  'test:faults': 'scripts/faults.ts',
  'test:soak': 'scripts/soak.ts',
};

const [command = '', ...rest] = process.argv.slice(2);

requireNode();
if (!PROGRAMS[command] && command !== 'test' && command !== 'check') {
  fail(`Usage: node scripts/run.mjs ${[...Object.keys(PROGRAMS), 'test', 'check'].join('|')}`);
}
stopWithNpm();
process.chdir(ROOT);
try {
  await setUp(ROOT, RUNTIME[command] ? 'runtime' : 'everything', {
    withConsole: SERVES_CONSOLE.has(command),
  });
} catch (error) {
  fail(error.message);
}
if (command === 'test') process.exit(await test());
else if (command === 'check') process.exit(await check());
else runHere(PROGRAMS[command]);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  fail(
    `Holdfast needs Node ${OLDEST_NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).`,
  );
}

function runHere(file) {
  const path = join(ROOT, file);
  // Settings may be kept in .env (see .env.example); what the environment says wins.
  if (existsSync(join(ROOT, '.env'))) process.loadEnvFile(join(ROOT, '.env'));
  if (!existsSync(path)) fail(`${file} does not exist.`);
  process.argv = [process.execPath, path, ...rest];
  const require = createRequire(import.meta.url);
  require('tsx/cjs/api').register();
  require(path);
}

async function test() {
  // Suites that are named run, however long they take.
  if (rest.some((argument) => !argument.startsWith('-'))) process.env.LONG ??= '1';
  const require = createRequire(import.meta.url);
  // Jest reads a TypeScript config only from Node 22.18 on, so it gets ours as JSON.
  const config = require('tsx/cjs/api').require('../jest.config.ts', import.meta.url).default;
  const args = [
    require.resolve('jest/bin/jest'),
    '--config',
    JSON.stringify({ rootDir: ROOT, ...config }),
    ...rest,
  ];
  const { code } = await runToEnd(process.execPath, args, { stdio: 'inherit' });
  return code;
}

/** Every check runs, also after one has failed: one run shows everything that has to be fixed. */
async function check() {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [npm, ...args] = npmCommand();
  const failed = [];
  for (const name of Object.keys(scripts).filter((script) => script.startsWith('check:'))) {
    const started = performance.now();
    const { code } = await runToEnd(npm, [...args, 'run', '--silent', name], { stdio: 'inherit' });
    process.stderr.write(
      `${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((performance.now() - started) / 1_000).toFixed(1)} s)\n`,
    );
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) process.stderr.write(`Failed: ${failed.join(', ')}\n`);
  return failed.length > 0 ? 1 : 0;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
