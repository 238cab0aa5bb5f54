import { execFile } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createContext, runInContext } from 'node:vm';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import { OPERATIONS } from './generated/operations.ts';
import type * as Client from './index.ts';

const run = promisify(execFile);
const scenario = scenarioOfSuite();
let folder: string;
let built: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
  built = join(folder, 'built');
  await run(process.execPath, [join(__dirname, '../build/main.mjs'), built]);
  mkdirSync(join(folder, 'node_modules/@holdfast'), { recursive: true });
  symlinkSync(built, join(folder, 'node_modules/@holdfast/client'), 'junction');
});
afterAll(() => rmSync(folder, { recursive: true }));

const program = (sku: string) => `
const client = createClient({ baseUrl: ${JSON.stringify(scenario.api.url)} });
client.reservations.create({ lines: [{ sku: ${JSON.stringify(sku)}, quantity: 1 }] })
  .then(({ id }) => client.reservations.confirm(id))
  .then(({ status }) => console.log(status));`;

test.each([
  ['an ES module', 'module', "import { createClient } from '@holdfast/client';"],
  ['CommonJS', 'commonjs', "const { createClient } = require('@holdfast/client');"],
])('works as %s', async (_what, type, imports) => {
  const sku = await scenario.newSku(1);
  const code = imports + program(sku);
  const { stdout } = await run(process.execPath, [`--input-type=${type}`, '--eval', code], { cwd: folder });
  expect(stdout).toBe('confirmed\n');
});

/** What workers at the edge have; no `process`, no `Buffer`, no `require`. */
const AT_THE_EDGE = {
  AbortController,
  Blob,
  Headers,
  ReadableStream,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams,
  atob,
  clearTimeout,
  crypto,
  fetch,
  performance,
  setTimeout,
};

test('needs nothing but what workers at the edge have', async () => {
  const sku = await scenario.newSku(1);
  const module = { exports: {} as typeof Client };
  const source = readFileSync(join(built, 'cjs/index.js'), 'utf8');
  runInContext(source, createContext({ ...AT_THE_EDGE, module, exports: module.exports }));
  const { createClient } = module.exports;
  const client = createClient({ baseUrl: scenario.api.url });
  const hold = () => client.withHold([{ sku, quantity: 1 }], async () => 'paid');
  await expect(hold()).resolves.toMatchObject({ reservation: { status: 'confirmed' } });
  await expect(hold()).rejects.toMatchObject({ code: 'insufficient_stock' });
});

test('the README names every function', () => {
  const readme = readFileSync(join(built, 'README.md'), 'utf8');
  for (const [resource, functions] of Object.entries(OPERATIONS)) {
    const row = readme.split('\n').find((line) => line.startsWith(`| \`${resource}\``));
    for (const name of Object.keys(functions)) expect(row).toContain(`\`${name}\``);
  }
});
