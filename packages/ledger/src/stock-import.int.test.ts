import type { ImportRow } from '@holdfast/domain';
import { together } from '@holdfast/testing';
import { importChunk, importRow } from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';
import { newId } from './index.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let other: WatchedLedger;

beforeAll(() => {
  ledger = scenario.openLedger();
  other = scenario.openLedger();
});

async function stage(chunks: number): Promise<string> {
  const id = newId();
  await scenario.sql.query(
    `INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
     VALUES ($1, 'wms', 'text/csv', 'queued', $2, 0)`,
    [id, chunks],
  );
  await scenario.sql.query(
    `INSERT INTO stock_import_chunks (import_id, number, rows) SELECT $1, n, '[]' FROM generate_series(1, $2) n`,
    [id, chunks],
  );
  return id;
}

const add = (row: number, sku: string, delta: number): ImportRow =>
  importRow(row, sku, { change: { delta } });
const chunk = importChunk;

const importOf = async (id: string) => {
  const { rows } = await scenario.sql.query<Record<string, unknown>>(
    'SELECT state, chunks_applied, applied, rejected, started_at, finished_at FROM stock_imports WHERE id = $1',
    [id],
  );
  return rows[0];
};

test('chunk after chunk is applied, counted and taken away; the last one ends the import', async () => {
  const [id, sku] = [await stage(2), await scenario.sku()];

  await ledger.submit(
    chunk(id, 1, [add(1, sku, 5), add(2, sku, -9), { row: 3, problem: 'sku: is missing' }]),
  );
  expect(await importOf(id)).toMatchObject({
    state: 'running',
    chunks_applied: 1,
    applied: 1,
    rejected: 2,
    started_at: expect.any(Date),
    finished_at: null,
  });
  expect(await scenario.rows('stock_import_chunks WHERE import_id = $1', [id])).toBe(1);

  await ledger.submit(chunk(id, 2, [add(4, sku, 2)]));
  expect(await importOf(id)).toMatchObject({
    state: 'succeeded',
    chunks_applied: 2,
    applied: 2,
    rejected: 2,
    finished_at: expect.any(Date),
  });
  expect(await scenario.counters(sku)).toEqual([7, 0, 0]);
  expect(await scenario.rows('stock_import_chunks WHERE import_id = $1', [id])).toBe(0);
  const { rows } = await scenario.sql.query(
    'SELECT row_no, message FROM stock_import_errors WHERE import_id = $1 ORDER BY row_no',
    [id],
  );
  expect(rows).toEqual([
    { row_no: 2, message: 'delta: -9 would leave less than nothing: 5 are on hand' },
    { row_no: 3, message: 'sku: is missing' },
  ]);
});

test('a chunk that two workers bring at the same time counts once', async () => {
  const [id, sku] = [await stage(1), await scenario.sku()];
  const brought = await together(6, (index) =>
    (index % 2 ? ledger : other).submit(chunk(id, 1, [add(1, sku, 5)])),
  );
  const won = brought.filter(
    (each) => each.status === 'fulfilled' && 'imported' in each.value.outcome && each.value.outcome.imported,
  );
  expect(won).toHaveLength(1);
  expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
});

test('the first thousand rows that were refused are kept, all are counted', async () => {
  const id = await stage(3);
  for (const number of [1, 2, 3]) {
    const first = (number - 1) * 400 + 1;
    const bad = Array.from({ length: 400 }, (_, index): ImportRow => ({ row: first + index, problem: 'no' }));
    await ledger.submit(chunk(id, number, bad));
  }
  expect(await importOf(id)).toMatchObject({ state: 'succeeded', applied: 0, rejected: 1_200 });
  const { rows } = await scenario.sql.query(
    'SELECT count(*)::integer AS count, max(row_no) AS last FROM stock_import_errors WHERE import_id = $1',
    [id],
  );
  expect(rows).toEqual([{ count: 1_000, last: 1_000 }]);
});

test('of an import that is over, nothing can be applied', async () => {
  const [id, sku] = [await stage(1), await ledger.newSku(1)];
  await scenario.sql.query(`UPDATE stock_imports SET state = 'failed' WHERE id = $1`, [id]);
  await expect(ledger.submit(chunk(id, 1, [add(1, sku, 5)]))).rejects.toThrow('not open');
  expect(await scenario.counters(sku)).toEqual([1, 0, 0]);
});
