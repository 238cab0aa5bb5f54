import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, freePort, queueOfRun } from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';

const RUN = join(__dirname, '../scripts/run.mjs');

let fleet: Fleet;
let dir: string;

beforeAll(async () => {
  fleet = await openFleet(queueOfRun);
  dir = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
});

afterAll(async () => {
  rmSync(dir, { recursive: true, force: true });
  await fleet?.close();
});

/** Types `npm run import -- NAME` where the file is. */
function runImport(name: string, text: string | null, args = ['--url', fleet.client.baseUrl]) {
  if (text !== null) writeFileSync(join(dir, name), text);
  return runCommand([name, '--yes', ...args]).ended;
}

function runCommand(args: readonly string[], more: Record<string, string> = {}) {
  const env = { ...process.env, INIT_CWD: dir, ...more };
  const child = spawn(process.execPath, [RUN, 'import', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output }));
  });
  return { ended, output: () => output };
}

test('a file whose rows are all applied ends with 0, and the progress is shown', async () => {
  const { code, output } = await runImport('all.csv', 'sku,location,on_hand\nA,WH,5\nB,WH,6\n');
  expect(output).toMatch(/2 applied, 0 rejected; [\d,]+ rows a second/);
  expect(output).toMatch(/Sending: 100 %[\s\S]*Applying: 100 %/);
  expect(code).toBe(0);
  expect(await fleet.client.availability('B')).toMatchObject({ on_hand: 6 });
});

test('a file of which some rows are rejected ends with 2, and says which', async () => {
  const { code, output } = await runImport('some.jsonl', '{"sku":"C","location":"WH","delta":4}\n{}\n');
  expect(output).toMatch(/1 applied, 1 rejected; [\d,]+ rows? a second/);
  expect(output).toContain('row 2: sku: is missing; location: is missing');
  expect(code).toBe(2);
});

test('of many rejected rows some are shown, and how to see the others', async () => {
  const { code, output } = await runImport('bad.csv', `sku,location,on_hand\n${'A,WH,x\n'.repeat(11)}`);
  const [, id = ''] = /^Import (\S+) at /m.exec(output) ?? [];
  expect(output).toContain(`  ... the first 1,000: curl -s ${fleet.client.baseUrl}/v1/stock-imports/${id}\n`);
  expect(output).not.toContain('row 11:');
  expect(code).toBe(2);
});

test('a file that is sent again with its key is imported once, and that is said', async () => {
  const args = ['--url', fleet.client.baseUrl, '--idempotency-key', 'delivery-1'];
  const csv = 'sku,location,delta\nK,WH,4\n';
  await runImport('delivery.csv', csv, args);
  const { code, output } = await runImport('delivery.csv', csv, args);
  expect(output).toMatch(
    /: 1 row, sent before with this idempotency key\.\n[\s\S]*1 applied, 0 rejected\.\n/,
  );
  expect(code).toBe(0);
  expect(await fleet.client.availability('K')).toMatchObject({ on_hand: 4 });
});

test('without --yes, a file is compared and not imported where nobody can be asked; what was imported is undone', async () => {
  const url = ['--url', fleet.client.baseUrl];
  writeFileSync(join(dir, 'count.csv'), 'sku,location,on_hand\nR,WH,5\n');
  const asked = await runCommand(['count.csv', ...url]).ended;
  expect(asked.output).toMatch(/1 of 1 rows can be applied[\s\S]*R at WH: 0 to 5 \(\+5\)[\s\S]*add --yes/);
  expect(asked.code).toBe(1);
  const { output } = await runImport('count.csv', null);
  const [, id = ''] = /^Import (\S+) at /m.exec(output) ?? [];
  expect(await fleet.client.availability('R')).toMatchObject({ on_hand: 5 });
  expect((await runCommand(['--revert', id, ...url]).ended).code).toBe(0);
  expect(await fleet.client.availability('R')).toMatchObject({ on_hand: 0 });
  expect((await runCommand(['--list', ...url]).ended).output).toMatch(
    new RegExp(`reverts ${id}: succeeded, 1 row`),
  );
});

test.each<[what: string, name: string, text: string | null, args: string[] | undefined, message: RegExp]>([
  ['is not there', 'none.csv', null, undefined, /none\.csv: there is no such file/],
  ['is of no known kind', 'stock.xlsx', 'PK', undefined, /must end with \.csv/],
  ['has another header', 'pipes.csv', 'sku|location\n', undefined, /has no comma, semicolon or tab/],
  [
    'finds no API',
    'ok.csv',
    'sku,location,delta\n',
    ['--url', 'http://127.0.0.1:1'],
    /There is no API at http:\/\/127\.0\.0\.1:1\. .*\nNothing was done\.\n$/,
  ],
  [
    'comes with an unknown option',
    'ok.csv',
    null,
    ['--key', 'K'],
    /Unknown option '--key'\.\n\nnpm run import/,
  ],
])('a file that %s ends with 1, and what to do', async (_what, name, text, args, message) => {
  const { code, output } = await runImport(name, text, args);
  expect(output).toMatch(message);
  expect(output).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

test('where PORT says where the API is, it goes on after the API was away', async () => {
  const port = String(await freePort());
  const lone = await fleet.start('api', { PORT: port });
  const unlock = await fleet.lock('LOCK TABLE stock_levels'); // it cannot end before that
  writeFileSync(join(dir, 'away.csv'), 'sku,location,on_hand\nAWAY,WH,5\n');
  const importing = runCommand(['away.csv', '--yes'], { PORT: port });
  await eventually(async () => importing.output().includes(`at http://127.0.0.1:${port}: 1 row.`));
  await fleet.kill(lone);
  await eventually(async () =>
    importing.output().includes('The import goes on by itself; asking for 30 s more.'),
  );
  await fleet.start('api', { PORT: port });
  await unlock();
  const { code, output } = await importing.ended;
  expect(output).toContain('1 applied, 0 rejected');
  expect(code).toBe(0);
});
