import {
  addImport,
  readImport,
  readImportErrors,
  readOpenImports,
  stageChunk,
  type StagedRow,
  type StockImport,
} from '@holdfast/stock';
import { RetryLater } from '@holdfast/jobs';
import { LedgerUnavailable, newId } from '@holdfast/ledger';
import { checkLedgerInvariants, together, ofSuite } from '@holdfast/testing';
import { databaseAway, emptyTables, ledgerAway, openOwnWorker } from '../testing/test-worker.ts';

const worker = ofSuite(openOwnWorker);
beforeEach(async () => {
  await emptyTables(worker.context.database);
  await prisma().$executeRaw`TRUNCATE stock_imports, stock_import_chunks, stock_import_errors`;
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await checkLedgerInvariants(worker.databaseUrl)).toEqual([]);
});

const prisma = () => worker.context.database.prisma;

const base = {
  sku: 'A',
  location: 'WH',
  safetyStock: null,
  backorderLimit: null,
  name: null,
  reason: null,
  version: null,
};
const set = (row: number, onHand: number, more: object = {}): StagedRow => ({
  row,
  ...base,
  change: { onHand },
  ...more,
});
const add = (row: number, delta: number, more: object = {}): StagedRow => ({
  row,
  ...base,
  change: { delta },
  ...more,
});

async function stage(...chunks: StagedRow[][]): Promise<string> {
  const id = newId();
  for (const [index, rows] of chunks.entries()) await stageChunk(prisma(), id, index + 1, rows);
  const asked = {
    id,
    caller: 'erp',
    content_type: 'text/csv',
    rows: chunks.flat().length,
    chunks: chunks.length,
  };
  await addImport(prisma(), asked);
  return id;
}

const run = (id: string, replaced: object = {}, stopping?: AbortSignal) =>
  worker.run('import-stock', { import_id: id }, replaced, stopping);

async function read(id: string): Promise<StockImport> {
  const found = await readImport(prisma(), id);
  if (!found) throw new Error('no import');
  return found;
}

const levels = () =>
  prisma().$queryRaw<{ sku: string; location: string; on_hand: number; safety_stock: number }[]>`
    SELECT sku, location, on_hand, safety_stock FROM stock_levels ORDER BY sku, location`;
const chunksLeft = async () => (await prisma().$queryRaw<object[]>`SELECT FROM stock_import_chunks`).length;

describe('an import that waits', () => {
  test('is applied in the order of the file, and makes what it meets', async () => {
    const id = await stage(
      [set(1, 10), add(2, 5), set(3, 7, { sku: 'B', location: 'FAR', safetyStock: 2, name: 'Mug' })],
      [add(4, -15), add(5, 1, { safetyStock: 3 }), add(6, 2, { sku: 'B', location: 'FAR', name: 'Cup' })],
    );
    await run(id);
    expect(await read(id)).toMatchObject({
      state: 'succeeded',
      rows: 6,
      applied: 6,
      rejected: 0,
      error: null,
    });
    expect(await levels()).toEqual([
      { sku: 'A', location: 'WH', on_hand: 1, safety_stock: 3 },
      { sku: 'B', location: 'FAR', on_hand: 9, safety_stock: 2 },
    ]);
    expect(await prisma().$queryRaw`SELECT sku, name FROM skus ORDER BY sku`).toEqual([
      { sku: 'A', name: null },
      { sku: 'B', name: 'Cup' },
    ]);
    const moved = await prisma().$queryRaw`
      SELECT DISTINCT caller, reason FROM stock_movements`;
    expect(moved).toEqual([{ caller: 'erp', reason: `import ${id}` }]);
    expect(await chunksLeft()).toBe(0);
    expect(await readOpenImports(prisma(), 10)).toEqual([]);
  });

  test('leaves names and whatever is known of a SKU as they are where it says nothing of them', async () => {
    await prisma().$executeRaw`
      INSERT INTO skus (sku, name, low_stock_threshold, updated_at) VALUES ('A', 'Shirt', 9, '2020-01-01')`;
    await run(await stage([set(1, 10), set(2, 11, { name: 'Shirt' })]));
    expect(
      await prisma()
        .$queryRaw`SELECT name, low_stock_threshold AS low, updated_at < '2021-01-01' AS old FROM skus`,
    ).toEqual([{ name: 'Shirt', low: 9, old: true }]);
  });

  test('applies the rows beside those that cannot be, and says which', async () => {
    const id = await stage(
      [set(1, 10), { row: 2, problem: 'sku: is missing' }, add(3, -11), add(4, -10)],
      [
        add(5, -1),
        set(6, 999_999_999, { sku: 'B' }),
        add(7, 2, { sku: 'B' }),
        { row: 8, problem: 'is not JSON' },
      ],
    );
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'succeeded', applied: 3, rejected: 5 });
    expect(await readImportErrors(prisma(), id)).toEqual([
      { row: 2, message: 'sku: is missing' },
      { row: 3, message: expect.stringMatching(/^delta: -11 /) as string },
      { row: 5, message: expect.stringMatching(/^delta: -1 /) as string },
      { row: 7, message: expect.stringMatching(/^delta: /) as string },
      { row: 8, message: 'is not JSON' },
    ]);
    expect(await levels()).toMatchObject([{ on_hand: 0 }, { on_hand: 999_999_999 }]);
  });

  test('is applied once by two workers that run at once, and again by none', async () => {
    const chunks = Array.from({ length: 12 }, (_, index) => [
      add(2 * index + 1, 1),
      add(2 * index + 2, 1, { sku: 'B' }),
    ]);
    const id = await stage(...chunks);
    const ended = await together(3, () => run(id));
    expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'succeeded', applied: 24 });
    expect(await levels()).toMatchObject([{ on_hand: 12 }, { on_hand: 12 }]);
  });

  test('is left where it is by a worker that stops, and goes on there', async () => {
    const id = await stage(...Array.from({ length: 6 }, (_, index) => [add(index + 1, 1)]));
    const stopping = new AbortController();
    const submit = worker.context.ledger.submit.bind(worker.context.ledger);
    jest.spyOn(worker.context.ledger, 'submit').mockImplementation((...asked) => {
      stopping.abort();
      return submit(...asked);
    });
    await expect(run(id, {}, stopping.signal)).rejects.toThrow(RetryLater);
    expect(await read(id)).toMatchObject({ state: 'running', applied: 1, finished_at: null });
    expect(await readOpenImports(prisma(), 10)).toEqual([id]);
    await run(id);
    expect(await levels()).toMatchObject([{ on_hand: 6 }]);
  });

  test('waits for the database, and for the ledger', async () => {
    const id = await stage([set(1, 10)]);
    const ledger = ledgerAway();
    await expect(run(id, { ledger })).rejects.toThrow(LedgerUnavailable);
    await ledger.close();
    const database = databaseAway();
    await expect(run(id, { database })).rejects.toMatchObject({
      name: expect.stringMatching(/Prisma/) as string,
    });
    await database.close();
    expect(await read(id)).toMatchObject({ state: 'queued', applied: 0 });
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'succeeded', applied: 1 });
  });

  test('fails where a part of it cannot be applied, and keeps what was applied', async () => {
    const logged = jest.spyOn(worker.context.log, 'error').mockReturnThis();
    const id = await stage([set(1, 10)], [set(2, 11)], [set(3, 12)]);
    await prisma().$executeRaw`DELETE FROM stock_import_chunks WHERE number = 2`;
    await expect(run(id)).rejects.toThrow(`import ${id} of`);
    expect(await read(id)).toMatchObject({
      state: 'failed',
      applied: 1,
      error: 'Part 2 of the file could not be applied; the parts before it are. Why has been logged.',
    });
    expect((await read(id)).finished_at).not.toBeNull();
    expect(await levels()).toMatchObject([{ on_hand: 10 }]);
    expect(await chunksLeft()).toBe(0);
    expect(logged).toHaveBeenCalledTimes(1);
    await run(id);
    expect(logged).toHaveBeenCalledTimes(1);
  });
});

test('a job whose import is not there ends', async () => {
  await expect(run(newId())).resolves.toBeUndefined();
});
