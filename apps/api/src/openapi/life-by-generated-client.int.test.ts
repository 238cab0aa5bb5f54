import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { scenarioOfSuite } from '../testing/api-scenario.ts';

// Clients that programs generate from the document: strictly compiled, and used for the life of a reservation.

const scenario = scenarioOfSuite();
const run = promisify(execFile);
const ROOT = join(__dirname, '../../../..');
const HOOK = join(ROOT, 'packages/client/generate/typescript-with-api.mjs');
const bin = (path: string) => ['--import', HOOK, join(ROOT, 'node_modules', path)];

let folder: string;

beforeAll(async () => {
  await mkdir(join(ROOT, '.data'), { recursive: true });
  folder = await mkdtemp(join(ROOT, '.data/generated-clients-')); // below the packages that the clients import
  const { body } = await scenario.api.call('get', '/openapi.json');
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(body));
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
    command: [...bin('openapi-typescript/bin/cli.js'), 'openapi.json', '--output', 'openapi-typescript.d.ts'],
    life: `
import createClient from 'openapi-fetch';
import type { paths } from './openapi-typescript.d.ts';
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
    command: [
      ...bin('@hey-api/openapi-ts/bin/run.js'),
      '--input',
      'openapi.json',
      '--output',
      'hey-api',
      '--silent',
    ],
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
};

/** As strict as a project may be. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable'],
  module: 'preserve',
  moduleResolution: 'bundler',
  types: ['node'],
  strict: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noFallthroughCasesInSwitch: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

test.each(Object.entries(GENERATORS))('by %s', async (name, { command, life }) => {
  const sku = await scenario.newSku(5);
  await run(process.execPath, command, { cwd: folder });
  const base = name.replaceAll(/\W+/g, '-');
  await writeFile(join(folder, `${base}.life.ts`), life);
  const project = { compilerOptions: COMPILER_OPTIONS, include: [`${base}.life.ts`] };
  await writeFile(join(folder, `${base}.json`), JSON.stringify(project));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '--project', `${base}.json`], { cwd: folder }).catch(({ stdout }) => {
    throw new Error(stdout);
  });
  const outfile = join(folder, `${base}.mjs`);
  await build({ entryPoints: [join(folder, `${base}.life.ts`)], outfile, bundle: true, format: 'esm' });
  const { stdout } = await run(process.execPath, [outfile, scenario.api.url, sku]);
  expect(stdout).toBe('held,confirmed,fulfilled,0\n'); // no worker publishes events here
  expect(await scenario.availability(sku)).toMatchObject({ on_hand: 3, allocated: 0 });
});
