import { checkLedgerInvariants, ofSuite } from '@holdfast/testing';
import { adjustment, adjustStock } from '@holdfast/testing/vocabulary';
import { RetryLater } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import {
  addImport,
  addRevert,
  readImport,
  readImportDifferences,
  readImportErrors,
  stageChunk,
  type StagedRow,
  type StockImport,
} from '@holdfast/stock';
import { emptyTables, openOwnWorker } from '../testing/test-worker.ts';

// The options of an import, and how an import is undone.

const worker = ofSuite(openOwnWorker);
beforeEach(async () => {
  await emptyTables(worker.context.database);
  await prisma().$executeRaw`
    TRUNCATE stock_imports, stock_import_chunks, stock_import_errors, stock_import_settings, former_stock_levels`;
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await checkLedgerInvariants(worker.databaseUrl)).toEqual([]);
});

const prisma = () => worker.context.database.prisma;

const row = (
  sku: string,
  onHand: number | null,
  more: object = {},
): Exclude<StagedRow, { problem: string }> => ({
  row: 1,
  sku,
  location: 'WH',
  change: onHand === null ? null : { onHand },
  safetyStock: null,
  backorderLimit: null,
  name: null,
  reason: null,
  version: null,
  ...more,
});

type Choices = Partial<Pick<StockImport, 'create' | 'dry_run' | 'absent' | 'duplicates'>>;

async function stage(choices: Choices, ...chunks: StagedRow[][]): Promise<string> {
  const id = newId();
  let number = 0;
  for (const [index, rows] of chunks.entries()) {
    const numbered = rows.map((each) => Object.assign(each, { row: (number += 1) }));
    await stageChunk(prisma(), id, choices.dry_run ? -index - 1 : index + 1, numbered);
  }
  const file = { id, caller: 'erp', content_type: 'text/csv', rows: number, chunks: chunks.length };
  await addImport(prisma(), { ...file, ...choices });
  return id;
}

const run = (id: string, stopping?: AbortSignal) =>
  worker.run('import-stock', { import_id: id }, {}, stopping);

async function imported(choices: Choices, ...chunks: StagedRow[][]): Promise<StockImport> {
  const id = await stage(choices, ...chunks);
  await run(id);
  return read(id);
}

async function read(id: string): Promise<StockImport> {
  const found = await readImport(prisma(), id);
  if (!found) throw new Error('no import');
  return found;
}

const revert = (of: string) =>
  prisma().$transaction((tx) => addRevert(tx, { id: newId(), of, caller: 'erp' }));

async function reverted(of: string): Promise<StockImport> {
  const made = await revert(of);
  if (typeof made === 'string' || 'why' in made) throw new Error(`not reverted: ${JSON.stringify(made)}`);
  return made;
}

const levels = async () => {
  const found = await prisma().$queryRaw<
    { name: string; on_hand: number; safety_stock: number; backorder_limit: number }[]
  >`
    SELECT sku || ' at ' || location AS name, on_hand, safety_stock, backorder_limit
    FROM stock_levels
    WHERE version > 0
    ORDER BY 1`;
  return Object.fromEntries(
    found.map((each) => [each.name, [each.on_hand, each.safety_stock, each.backorder_limit]]),
  );
};

test('SKUs and locations are created only as far as the file may', async () => {
  await imported({}, [row('A', 1)]);
  const rows = () => [
    row('A', 2),
    row('B', 2),
    row('A', 2, { location: 'FAR' }),
    row('C', 2, { location: 'FAR' }),
  ];
  expect(await imported({ create: 'none' }, rows())).toMatchObject({
    applied: 1,
    rejected: 3,
    created_skus: 0,
  });
  expect(await imported({ create: 'skus' }, rows())).toMatchObject({
    applied: 2,
    rejected: 2,
    created_skus: 1,
  });
  const all = await imported({}, rows());
  expect(all).toMatchObject({ applied: 4, unchanged: 2, rejected: 0, created_skus: 1, created_locations: 1 });
});

test('a stale version rejects its row, and only that', async () => {
  await imported({}, [row('A', 1), row('B', 1)]);
  const { id } = await imported({}, [
    row('A', 5, { version: 1 }),
    row('B', 5, { version: 2 }),
    row('C', 1, { version: 1 }),
  ]);
  expect(await readImportErrors(prisma(), id)).toEqual([
    { row: 2, message: 'version: 2 was expected, but the level is at version 1' },
    { row: 3, message: 'version: 1 was expected, but the level does not exist' },
  ]);
  expect(await levels()).toMatchObject({ 'A at WH': [5, 0, 0], 'B at WH': [1, 0, 0] });
  expect(await prisma().sku.count({ where: { sku: 'C' } })).toBe(0);
});

const before = () => imported({}, [row('A', 1), row('B', 2), row('C', 3), row('C', 3, { location: 'FAR' })]);

const seen = ({ applied, unchanged, rejected, created_skus, created_locations, zeroed }: StockImport) => ({
  applied,
  unchanged,
  rejected,
  created_skus,
  created_locations,
  zeroed,
});

const sell = (units: number) =>
  worker.context.ledger.submit(adjustStock(adjustment('A', -units, 'WH', 'sold')));

describe('levels that a file does not name', () => {
  test('become 0 at the locations of the file, after its last row', async () => {
    await before();
    const done = await imported({ absent: 'zero' }, [row('A', 1)], [row('D', null)]);
    expect(done).toMatchObject({ state: 'succeeded', rows: 2, applied: 2, zeroed: 2, unchanged: 1 });
    expect(await levels()).toMatchObject({
      'A at WH': [1, 0, 0],
      'B at WH': [0, 0, 0],
      'C at WH': [0, 0, 0],
      'C at FAR': [3, 0, 0],
    });
    expect(await prisma().stockImportChunk.count()).toBe(0);
    expect(await imported({ absent: 'zero' }, [row('A', 1)])).toMatchObject({
      state: 'succeeded',
      zeroed: 0,
    });
  });

  test('stay where a row was rejected', async () => {
    await before();
    const done = await imported({ absent: 'zero' }, [row('A', 1)], [{ row: 2, problem: 'sku: is missing' }]);
    expect(done).toMatchObject({ state: 'succeeded', rejected: 1, zeroed: 0 });
    expect(await levels()).toMatchObject({ 'B at WH': [2, 0, 0] });
    expect(await prisma().stockImportChunk.count()).toBe(0);
  });
});

test('a dry run reports what the import then does, and changes nothing', async () => {
  await imported({}, [row('A', 100, { name: 'Mug' }), row('B', 5), row('OLD', 7)]);
  const rows: StagedRow[] = [
    row('A', 90, { name: 'Cup' }),
    row('B', 5),
    row('NEW', null, { change: { delta: 4 } }),
    row('NEW', null, { change: { delta: -5 } }),
  ];
  const more: StagedRow[] = [
    row('NEW', null, { change: { delta: -4 } }),
    row('B', 6, { version: 9 }),
    row('X', 1, { location: 'FAR', safetyStock: 2 }),
    { row: 1, problem: 'sku: is missing' },
  ];
  for (const chunks of [
    [rows, more],
    [[row('A', 90)], [row('Y', 1)]],
  ]) {
    const before = await levels();
    const choices = { absent: 'zero', duplicates: 3 } as const;
    const dry = await imported({ ...choices, dry_run: true }, ...chunks);
    expect(dry).toMatchObject({ state: 'succeeded', dry_run: true });
    expect(await levels()).toEqual(before);
    const errors = await readImportErrors(prisma(), dry.id);
    const [largest] = (await readImportDifferences(prisma(), dry.id)) ?? [];
    const real = await imported(choices, ...chunks);
    expect(seen(dry)).toEqual(seen(real));
    expect(errors).toEqual(await readImportErrors(prisma(), real.id));
    expect(largest).toMatchObject({ sku: expect.stringMatching(/A|OLD/) as string });
  }
  expect(await prisma().stockImportChunk.count()).toBe(0);
});

test('a dry run of many chunks counts all of them', async () => {
  const file = Array.from({ length: 21 }, (_, index) => [row(`S-${index}`, index)]);
  expect(await imported({ dry_run: true }, ...file)).toMatchObject({
    state: 'succeeded',
    applied: 21,
    created_skus: 21,
  });
  expect(await levels()).toEqual({});
});

describe('a revert', () => {
  test('undoes a wrong file, keeps what was sold since, and gives back other values', async () => {
    await imported({}, [
      row('A', 40, { safetyStock: 2, name: 'Mug' }),
      row('B', 7, { name: 'Tee', backorderLimit: 3 }),
      row('C', 1),
    ]);
    const wrong = await imported(
      {},
      [row('A', 400, { safetyStock: 9, name: 'Mgu' }), row('A', null, { change: { delta: 5 } })],
      [row('B', 7, { name: 'Eet', backorderLimit: 30 }), row('NEW', 3)],
    );
    await sell(10);
    await prisma().$executeRaw`UPDATE skus SET name = 'T-shirt' WHERE sku = 'B'`;
    const { id } = await reverted(wrong.id);
    await run(id);
    expect(await read(id)).toMatchObject({
      state: 'succeeded',
      reverts: wrong.id,
      rejected: 0,
      content_type: null,
    });
    expect(await levels()).toEqual({
      'A at WH': [30, 2, 0],
      'B at WH': [7, 0, 3],
      'C at WH': [1, 0, 0],
      'NEW at WH': [0, 0, 0],
    });
    expect(await prisma().$queryRaw`SELECT sku, name FROM skus WHERE name IS NOT NULL ORDER BY sku`).toEqual([
      { sku: 'A', name: 'Mug' },
      { sku: 'B', name: 'T-shirt' },
    ]);
    expect(await revert(wrong.id)).toEqual({ why: 'reverted', state: 'succeeded', by: id });
    expect((await read(wrong.id)).reverted_by).toBe(id);
  });

  test('rejects what would leave less than nothing', async () => {
    const wrong = await imported({}, [row('A', 40), row('B', 7)]);
    await sell(35);
    const { id } = await reverted(wrong.id);
    await run(id);
    expect(await read(id)).toMatchObject({ applied: 1, rejected: 1 });
    expect(await levels()).toEqual({ 'A at WH': [5, 0, 0], 'B at WH': [0, 0, 0] });
  });

  test('that is killed halfway goes on where it was', async () => {
    const rows = Array.from({ length: 600 }, (_, index) => row(`S-${index}`, 5));
    const wrong = await imported({}, rows.slice(0, 300), rows.slice(300));
    const { id } = await reverted(wrong.id);
    const stopping = new AbortController();
    const submit = worker.context.ledger.submit.bind(worker.context.ledger);
    jest.spyOn(worker.context.ledger, 'submit').mockImplementation((...asked) => {
      stopping.abort();
      return submit(...asked);
    });
    await expect(run(id, stopping.signal)).rejects.toThrow(RetryLater);
    expect(await read(id)).toMatchObject({ state: 'running', applied: 250 });
    await run(id);
    expect(await read(id)).toMatchObject({ state: 'succeeded', applied: 600 });
    expect(new Set(Object.values(await levels()).map(([units]) => units))).toEqual(new Set([0]));
  });

  test('is of an import that has ended and changed something', async () => {
    expect(await revert(newId())).toBe('unknown');
    expect(await revert(await stage({}, [row('A', 1)]))).toMatchObject({ why: 'open' });
    expect(await revert((await imported({ dry_run: true }, [row('A', 1)])).id)).toMatchObject({
      why: 'dry run',
    });
  });
});
