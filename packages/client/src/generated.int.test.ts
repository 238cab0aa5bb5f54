import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiOfSuite } from '../../../apps/api/src/testing/start-api.ts';

const api = apiOfSuite();

const GENERATED = join(__dirname, 'generated');

/** `npm run generate:client` sets it: what the test compares with is written first. */
const isToWrite = process.env['GENERATE_CLIENT'] !== undefined;

test('the generated files are those of the OpenAPI document; `npm run generate:client` makes them', async () => {
  const document = JSON.stringify((await api.call('get', '/openapi.json')).body);
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-client-'));
  try {
    for (const to of isToWrite ? [GENERATED, folder] : [folder]) {
      execFileSync(process.execPath, [join(__dirname, '../generate/main.mjs'), to], { input: document });
    }
    for (const name of ['openapi.ts', 'operations.ts']) {
      const isSame = readFileSync(join(folder, name), 'utf8') === readFileSync(join(GENERATED, name), 'utf8');
      expect({ name, isSame }).toEqual({ name, isSame: true });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
