import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';

// Clients that programs generate from the document: strictly compiled, and used for the life of a reservation.

const scenario = scenarioOfSuite();
const run = promisify(execFile);
const ROOT = join(__dirname, '../../..');
const HOOK = join(__dirname, '../generate/typescript-with-api.mjs');
const bin = (path: string) => join(ROOT, 'node_modules', path);

let folder: string;
const lifeOf = (name: string) => join(folder, `${name.replaceAll(/\W+/g, '-')}.life.ts`);

beforeAll(async () => {
  await mkdir(join(ROOT, '.data'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.data/generated-clients-')); // below the packages that the clients import
  const { body } = await scenario.api.call('get', '/openapi.json');
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(body));
  const output = { target: './orval/client.ts', client: 'fetch', baseUrl: scenario.api.url };
  const orval = { holdfast: { input: './openapi.json', output } };
  await writeFile(join(folder, 'orval.config.mjs'), `export default ${JSON.stringify(orval)};`);
});
afterAll(() => rm(folder, { recursive: true }));

/** Reads the answer that a client wraps. */
const CHECK = `
function check<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) throw new Error(JSON.stringify(error));
  return data;
}
const [baseUrl = '', sku = ''] = process.argv.slice(2);
`;

const GENERATORS = {
  'openapi-typescript': {
    // The usual option: a request may leave out fields with a default.
    command: [
      bin('openapi-typescript/bin/cli.js'),
      'openapi.json',
      '--output=openapi-typescript.ts',
      '--default-non-nullable=false',
    ],
    life: `
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript.ts';
${CHECK}
const client = createClient<paths>({ baseUrl });
const { id } = check(await client.POST('/v1/reservations', { body: { lines: [{ sku, quantity: 2 }] } }));
const path = { params: { path: { id } } };
const { status: held } = check(await client.GET('/v1/reservations/{id}', path));
const { status: confirmed } = check(await client.POST('/v1/reservations/{id}/confirm', { ...path, body: {} }));
const { status: fulfilled } = check(await client.POST('/v1/reservations/{id}/fulfill', { ...path, body: {} }));
const { data } = check(await client.GET('/v1/events', { params: { query: { limit: 1 } } }));
console.log([held, confirmed, fulfilled, data.length].join());`,
  },
  '@hey-api/openapi-ts': {
    command: [bin('@hey-api/openapi-ts/bin/run.js'), '--input=openapi.json', '--output=hey-api', '--silent'],
    life: `
import { confirmReservation, createReservation, fulfillReservation, getReservation, listEvents } from './hey-api';
import { client } from './hey-api/client.gen';
${CHECK}
client.setConfig({ baseUrl });
const { id } = check(await createReservation({ body: { lines: [{ sku, quantity: 2 }] } }));
const { status: held } = check(await getReservation({ path: { id } }));
const { status: confirmed } = check(await confirmReservation({ path: { id }, body: {} }));
const { status: fulfilled } = check(await fulfillReservation({ path: { id }, body: {} }));
const { data } = check(await listEvents({ query: { limit: 1 } }));
console.log([held, confirmed, fulfilled, data.length].join());`,
  },
  orval: {
    command: [bin('orval/dist/bin/orval.mjs'), '--config=orval.config.mjs'],
    life: `
import { confirmReservation, createReservation, fulfillReservation, getReservation, listEvents } from './orval/client';
function check<T extends { status: number }>(answer: T): Extract<T, { status: 200 | 201 }> {
  const isGood = (each: T): each is Extract<T, { status: 200 | 201 }> => each.status < 202;
  if (!isGood(answer)) throw new Error(JSON.stringify(answer));
  return answer;
}
const [, sku = ''] = process.argv.slice(2);
const { id } = check(await createReservation({ lines: [{ sku, quantity: 2 }] })).data;
const { status: held } = check(await getReservation(id)).data;
const { status: confirmed } = check(await confirmReservation(id, {})).data;
const { status: fulfilled } = check(await fulfillReservation(id, {})).data;
const { data } = check(await listEvents({ limit: 1 })).data;
console.log([held, confirmed, fulfilled, data.length].join());`,
  },
};

const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'preserve',
  moduleResolution: 'bundler',
  types: [],
  skipLibCheck: true,
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

const lives = Object.entries(GENERATORS);

test('compile as strictly as a project may be', async () => {
  for (const [name, { command, life }] of lives) {
    const env = { ...process.env, NODE_OPTIONS: `--import ${HOOK}` };
    await run(process.execPath, command, { cwd: folder, env });
    await writeFile(lifeOf(name), `declare const process: { argv: string[] };\n${life}`);
  }
  const project = { compilerOptions: COMPILER_OPTIONS, files: lives.map(([name]) => lifeOf(name)) };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiled = run(process.execPath, [bin('typescript/bin/tsc'), '--project', folder]);
  await expect(compiled.catch(({ stdout }) => stdout)).resolves.toMatchObject({ stdout: '' });
});

test.each(lives)('hold, confirm and ship by %s', async (name) => {
  const sku = await scenario.newSku(5);
  const outfile = `${lifeOf(name)}.mjs`;
  await build({ entryPoints: [lifeOf(name)], outfile, bundle: true, format: 'esm' });
  const { stdout } = await run(process.execPath, [outfile, scenario.api.url, sku]);
  expect(stdout).toBe('held,confirmed,fulfilled,0\n'); // no worker publishes events here
  expect(await scenario.availability(sku)).toMatchObject({ on_hand: 3, allocated: 0 });
});
