import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';

jest.setTimeout(120_000);

const RUN = join(__dirname, '../scripts/run.mjs');

let house: House;
let dir: string;

beforeAll(async () => {
  const [backend] = queueBackends;
  if (!backend) throw new Error('no queue');
  house = await openHouse(backend);
  dir = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
});

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await house?.close();
});

/** Types `npm run import -- NAME` where the file is. */
function runImport(name: string, text: string | null, url = house.shop.baseUrl) {
  if (text !== null) writeFileSync(join(dir, name), text);
  return new Promise<{ code: unknown; output: string }>((resolve) => {
    const env = { ...process.env, INIT_CWD: dir };
    execFile(process.execPath, [RUN, 'import', name, '--url', url], { env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    );
  });
}

test('a file whose rows are all applied ends with 0, and the progress is shown', async () => {
  const { code, output } = await runImport('all.csv', 'sku,location,on_hand\nA,WH,5\nB,WH,6\n');
  expect(output).toMatch(/2 applied, 0 rejected; [\d,]+ rows a second/);
  expect(output).toMatch(/Sending: 100 %[\s\S]*Applying: 100 %/);
  expect(code).toBe(0);
  expect(await house.shop.availability('B')).toMatchObject({ on_hand: 6 });
});

test('a file of which some rows are rejected ends with 2, and says which', async () => {
  const { code, output } = await runImport('some.jsonl', '{"sku":"C","location":"WH","delta":4}\n{}\n');
  expect(output).toMatch(/1 applied, 1 rejected/);
  expect(output).toContain('row 2: sku: is missing; location: is missing');
  expect(code).toBe(2);
});

test.each<[what: string, name: string, text: string | null, url: string | undefined, message: RegExp]>([
  ['is not there', 'none.csv', null, undefined, /none\.csv: there is no such file/],
  ['is of no known kind', 'stock.xlsx', 'PK', undefined, /must end with \.csv/],
  ['has another header', 'semi.csv', 'sku;location\n', undefined, /separate the columns by commas/],
  ['finds no API', 'ok.csv', 'sku,location,delta\n', 'http://127.0.0.1:1', /There is no API at http/],
])('a file that %s ends with 1, and what to do', async (_what, name, text, url, message) => {
  const { code, output } = await runImport(name, text, url);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});
