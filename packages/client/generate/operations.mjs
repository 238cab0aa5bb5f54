import { NAMES, WRITTEN_BY_HAND } from './names.mjs';

/**
 * The functions of the client as TypeScript: an interface with the arguments, and a table of what to send.
 *
 * @throws {Error} for an operation without a name
 */
export function describeOperations({ paths, components }) {
  const operations = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => [each.operationId, { ...each, path, method }]),
    ),
  );
  const named = new Set(Object.values(NAMES).flatMap((functions) => Object.values(functions)));
  const unnamed = [...operations.keys()].filter((id) => !named.has(id) && !WRITTEN_BY_HAND.includes(id));
  if (unnamed.length > 0) throw new Error(`names.mjs has no name for ${unnamed.join(', ')}`);
  const each = (write) =>
    Object.entries(NAMES).map(([resource, functions]) => {
      const lines = Object.entries(functions).map(([name, id]) => write(name, operations.get(id)));
      return { resource, lines: lines.join('\n') };
    });
  return `import type { Answer, Body, ListOf, Options, Query } from '../calls.ts';

export interface Resources {
${each(declare)
  .map(({ resource, lines }) => `  readonly ${resource}: {\n${lines}\n  };`)
  .join('\n')}
}

export const OPERATIONS = {
${each(list)
  .map(({ resource, lines }) => `  ${resource}: {\n${lines}\n  },`)
  .join('\n')}
} as const;

/** Every code that a refusal can have. */
export const PROBLEM_CODES = ${JSON.stringify(components.schemas.ProblemCode['x-extensible-enum'])} as const;
`;
}

const parametersIn = ({ parameters = [] }, place) => parameters.filter((each) => each.in === place);
const has = (operation, place, name) => parametersIn(operation, place).some((each) => each.name === name);

const pathParameters = ({ path }) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
const camelCase = (name) => name.replaceAll(/_(\w)/g, (_, letter) => letter.toUpperCase());

/** Path parameters, then the body or the query, then options, which have the query of a call with a body. */
function declare(name, operation) {
  const { operationId, requestBody, summary, description } = operation;
  const query = parametersIn(operation, 'query');
  const input = requestBody ? ['body', 'Body', requestBody.required] : undefined;
  const [argument, type, isRequired] = input ?? [
    'query',
    query.length > 0 ? 'Query' : undefined,
    query.some(({ required }) => required),
  ];
  const args = [
    ...pathParameters(operation).map((each) => `${camelCase(each)}: string`),
    ...(type ? [`${argument}${isRequired ? '' : '?'}: ${type}<'${operationId}'>`] : []),
    `options?: Options<'${operationId}'>`,
  ];
  const answer = has(operation, 'query', 'cursor')
    ? `ListOf<'${operationId}'>`
    : `Promise<Answer<'${operationId}'>>`;
  const text = [`${summary}.`, ...(description ? ['', ...description.split('\n')] : [])];
  const comment = text.map((line) => `     * ${line}`.trimEnd()).join('\n');
  return `    /**\n${comment}\n     */\n    ${name}(${args.join(', ')}): ${answer};`;
}

function list(name, operation) {
  const { method, path, requestBody } = operation;
  const types = Object.keys(requestBody?.content ?? {});
  const described = {
    method: method.toUpperCase(),
    path,
    ...(has(operation, 'header', 'X-Consistency-Token') ? { takesToken: true } : {}),
    ...(has(operation, 'header', 'Idempotency-Key') ? { isKeyed: true } : {}),
    ...(has(operation, 'query', 'cursor') ? { isList: true } : {}),
    ...(parametersIn(operation, 'query').length > 0 ? { hasQuery: true } : {}),
    ...(types.length > 0 ? { bodyTypes: types } : {}),
  };
  return `    ${name}: ${JSON.stringify(described)},`;
}
