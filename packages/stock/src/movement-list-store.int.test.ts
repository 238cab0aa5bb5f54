import { Client } from 'pg';
import { z } from 'zod';
import { openDatabase, type Database } from '@holdfast/db';
import { openTestDatabase, type OpenTestDatabase } from '../../db/src/fixtures/open-test-database.ts';
import { rowsRead, tellStatistics } from '../../db/src/fixtures/rows-read.ts';
import { ALL_MOVEMENTS } from './movement-filter-store.ts';
import {
  movementListOf,
  movementPage,
  readStockMovements,
  WITHOUT_SORT,
  type MovementFilter,
  type MovementPlace,
  type StockMovement,
} from './movement-list-store.ts';

let db: OpenTestDatabase;
let sql: Client;
const COUNT = 60_000;
const ROWS_OF_RESERVATION = 4;
const PLANNER_READS = 2; // to estimate a range, it may look at both ends of an index

beforeAll(async () => {
  db = await openTestDatabase(1);
  sql = new Client({ connectionString: db.url });
  await sql.connect();
  // Three locations that take turns, and 500 SKUs; CLOSED and OLD have a good part of all, but only of the
  // oldest.
  await sql.query(
    `INSERT INTO stock_movements
     SELECT
       ${idOf('n')}, to_timestamp((1764000000000 + n) / 1000.0),
       CASE WHEN n <= ${COUNT / 4} THEN 'OLD' ELSE 'S-' || n % 500 END,
       CASE WHEN n <= ${COUNT / 4} THEN 'CLOSED' ELSE 'L-' || n % 3 END,
       n, CASE WHEN n % 10 = 0 THEN 'adjust' ELSE 'reserve' END, 1, 0, 0, 1, 0, 0, ${reservationOf('n')},
       CASE WHEN n BETWEEN 30001 AND 30100 AND n % 2 = 0 THEN 'import ${IMPORT}' END, 'test', NULL,
       CASE WHEN n BETWEEN 30001 AND 30100 AND n % 2 = 1 THEN '${IMPORT}'::uuid END
     FROM generate_series(1, ${COUNT}) AS n`,
  );
  await sql.query(
    `INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows, started_at, finished_at)
     SELECT $1, 'test', 'text/csv', 'succeeded', 1, 100, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0)`,
    [IMPORT, timeOf(30_001), timeOf(30_100)],
  );
  await sql.query(
    `INSERT INTO reservations (id, status, sourcing, order_id, version, created_at, updated_at)
     VALUES ($1, 'released', 'split', 'o-1', 1, now(), now())`,
    [RESERVATION],
  );
  await sql.query('ANALYZE stock_movements');
});
afterAll(async () => {
  await sql.end();
  await db.close();
});

function reservationOf(n: string): string {
  return `('00000000-0000-7000-8000-' || lpad(to_hex(${n} / ${ROWS_OF_RESERVATION}), 12, '0'))::uuid`;
}

/**
 * Time passes with `n`, except within one level: there ids come in an order of their own, as from two
 * writers.
 */
function idOf(n: string): string {
  return `(lpad(to_hex(1764000000000 + ${n} + CASE WHEN ${n} % 7 = 0 THEN -3000 ELSE 0 END), 12, '0')
    || '7000' || '8000' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

const RESERVATION = `00000000-0000-7000-8000-${(12_346).toString(16).padStart(12, '0')}`;
const ALL = ALL_MOVEMENTS;
const IMPORT = '00000000-0000-7000-8000-00000000f11e';
/** The database's time of the n-th movement. */
const timeOf = (n: number): number => 1_764_000_000_000 + n;
/** With the index that has the order of each list, or the rows of a reservation. */
const LISTS: readonly [filter: Partial<MovementFilter>, index: string][] = [
  [{}, 'stock_movements_pkey'],
  [{ sku: 'S-7' }, 'stock_movements_sku'],
  [{ sku: 'OLD' }, 'stock_movements_sku'],
  [{ sku: 'NONE' }, 'stock_movements_sku'],
  [{ location: 'L-1' }, 'stock_movements_location'],
  [{ location: 'CLOSED' }, 'stock_movements_location'],
  [{ location: 'NONE' }, 'stock_movements_location'],
  [{ sku: 'S-7', location: 'L-1' }, 'stock_movements_in_order'],
  [{ sku: 'OLD', location: 'CLOSED' }, 'stock_movements_in_order'],
  [{ sku: 'S-7', location: 'CLOSED' }, 'stock_movements_in_order'],
  [{ kind: 'adjust' }, 'stock_movements_kind'],
  [{ kind: 'adjust', sku: 'S-10' }, 'stock_movements_sku_kind'],
  [{ orderId: 'o-1' }, 'stock_movements_reservation'],
  [{ reservationId: RESERVATION }, 'stock_movements_reservation'],
  [{ reservationId: RESERVATION, sku: 'OLD' }, 'stock_movements_reservation'],
  [{ reservationId: RESERVATION, location: 'L-1' }, 'stock_movements_reservation'],
  [{ reservationId: RESERVATION, sku: 'S-384', location: 'L-1' }, 'stock_movements_reservation'],
];

/** For these, more rows are read than shown: conditions that are not in the index are checked row by row. */
const FILTERED: readonly Partial<MovementFilter>[] = [
  { after: timeOf(31_000), before: timeOf(31_100) },
  { sku: 'S-7', location: 'L-1', before: timeOf(31_000) },
  { sku: 'S-7', location: 'L-1', kind: 'reserve' },
  { location: 'L-1', kind: 'reserve', after: timeOf(59_000) },
  { kind: 'adjust', location: 'L-1' },
  { kind: 'adjust', sku: 'S-10', location: 'L-1', after: timeOf(20_000) },
  { importId: IMPORT },
  { importId: IMPORT, sku: 'S-7' },
  { orderId: 'o-1', kind: 'reserve' },
];

function placeOf({ id, level_seq }: StockMovement, filter: MovementFilter): MovementPlace {
  const list = movementListOf(filter);
  return list === 'level' ? { list, level_seq } : { list, id };
}

/** Page by page, as long as there is more. */
async function pages(filter: MovementFilter, limit: number): Promise<StockMovement[]> {
  const seen: StockMovement[] = [];
  for (;;) {
    const last = seen.at(-1);
    const after = last ? placeOf(last, filter) : null;
    const page = await readStockMovements(db.prisma, filter, { after, limit });
    seen.push(...page);
    if (page.length < limit) return seen;
  }
}

/** The same without any of what makes it fast. */
async function expected(filter: MovementFilter): Promise<string[]> {
  const { sku, location, reservationId, orderId, importId, kind, after, before } = filter;
  const { rows } = await sql.query<{ id: string }>(
    `SELECT id
     FROM stock_movements
     WHERE ($1::text IS NULL OR sku = $1)
       AND ($2::text IS NULL OR location = $2)
       AND ($3::uuid IS NULL OR reservation_id = $3)
       AND ($4::text IS NULL OR reservation_id IN (SELECT id FROM reservations WHERE order_id = $4))
       AND ($5::uuid IS NULL OR import_id = $5 OR reason = 'import ' || $5)
       AND ($6::text IS NULL OR kind = $6)
       AND ($7::float8 IS NULL OR at > to_timestamp($7 / 1000.0))
       AND ($8::float8 IS NULL OR at < to_timestamp($8 / 1000.0))
     ORDER BY ${movementListOf(filter) === 'level' ? 'level_seq' : 'id'} DESC`,
    [sku, location, reservationId, orderId, importId, kind, after, before],
  );
  return rows.map(({ id }) => id);
}

describe('movements', () => {
  test.each([...LISTS.map(([wanted]) => wanted), ...FILTERED])(
    'of %j are listed newest first, each once',
    async (wanted) => {
      const filter = { ...ALL, ...wanted };
      const found = (await pages(filter, 5_001)).map(({ id }) => id);
      expect(found).toEqual(await expected(filter));
    },
  );

  test('of a level come in the order of its changes, whatever their ids', async () => {
    const found = await pages({ ...ALL, sku: 'S-7', location: 'L-1' }, 7);
    const ids = found.map(({ id }) => id);
    expect(found.map(({ level_seq }) => level_seq)).toEqual(
      found.map(({ level_seq }) => level_seq).toSorted((a, b) => b - a),
    );
    expect(ids).not.toEqual(ids.toSorted().toReversed());
    expect(ids).toHaveLength(30);
  });

  test('come whole', async () => {
    const [newest] = await readStockMovements(db.prisma, { ...ALL, sku: 'S-499' }, { after: null, limit: 1 });
    expect(newest).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      sku: 'S-499',
      location: 'L-2',
      level_seq: COUNT - 1,
      kind: 'reserve',
      on_hand_delta: 1,
      reserved_delta: 0,
      allocated_delta: 0,
      backorder_limit_delta: 0,
      on_hand: 1,
      reserved: 0,
      allocated: 0,
      reservation_id: expect.any(String),
      order_id: null,
      import_id: null,
      reason: null,
      caller: 'test',
    });
  });

  test('are not read on from a place in another list', async () => {
    const after = { list: 'level', level_seq: 1 } as const;
    await expect(readStockMovements(db.prisma, ALL, { after, limit: 1 })).rejects.toThrow(
      'a place in the list of level',
    );
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows'?: number | undefined;
  readonly 'Rows Removed by Filter'?: number | undefined;
  readonly Plans?: readonly Plan[] | undefined;
}
const plan: z.ZodType<Plan> = z.looseObject({
  'Node Type': z.string(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number().optional(),
  'Rows Removed by Filter': z.number().optional(),
  get Plans() {
    return z.array(plan).optional();
  },
});
const explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: plan })]) })]);

const nodes = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

/** Reads such a page as `readStockMovements` does. */
async function explain(how: string, { text, values }: { text: string; values: unknown[] }): Promise<Plan[]> {
  await sql.query('BEGIN');
  await sql.query(WITHOUT_SORT.text);
  const { rows } = await sql.query(`EXPLAIN (${how}, FORMAT JSON) ${text}`, values);
  await sql.query('ROLLBACK');
  const [{ 'QUERY PLAN': tree }] = explained.parse(rows);
  return nodes(tree[0].Plan);
}

/** The first page of a list, and one from the middle of it. */
async function someAfter(filter: MovementFilter, on: Database = db): Promise<(MovementPlace | null)[]> {
  const found = await readStockMovements(on.prisma, filter, { after: null, limit: 100 });
  const middle = found[Math.floor(found.length / 2)];
  return [null, ...(middle ? [placeOf(middle, filter)] : [])];
}

function expectOneLook(plans: readonly Plan[], index: string): void {
  const used = plans.flatMap((each) => each['Index Name'] ?? []);
  // Beside it, the orders of the reservations are looked up.
  expect(used.filter((name) => !name.startsWith('reservations_'))).toEqual([index]);
  const isOfReservation = index === 'stock_movements_reservation';
  const allowed = [
    'Limit',
    'Index Scan',
    'Result',
    ...(isOfReservation
      ? ['Sort', 'Subquery Scan', 'Index Only Scan', 'Bitmap Heap Scan', 'Bitmap Index Scan']
      : []),
  ];
  expect(allowed).toEqual(expect.arrayContaining(plans.map((each) => each['Node Type'])));
}

describe('a page', () => {
  const limit = 20;

  test.each(LISTS)(
    'of %j is one look into its index, and reads only what it shows',
    async (wanted, index) => {
      const filter = { ...ALL, ...wanted };
      for (const after of await someAfter(filter)) {
        const plans = await explain('ANALYZE', movementPage(filter, { after, limit }));
        expectOneLook(plans, index);
        for (const each of plans) {
          expect(each['Actual Rows']).toBeLessThanOrEqual(limit);
          expect(each['Rows Removed by Filter'] ?? 0).toBeLessThanOrEqual(ROWS_OF_RESERVATION);
        }
      }
    },
  );

  test.each(LISTS)('of %j is so, too, when it is planned for any value', async (wanted, index) => {
    const filter = { ...ALL, ...wanted };
    for (const after of await someAfter(filter)) {
      const { text } = movementPage(filter, { after, limit });
      expectOneLook(await explain('GENERIC_PLAN', { text, values: [] }), index);
    }
  });

  test.each(['force_generic_plan', 'force_custom_plan'])('costs what it shows with %s', async (mode) => {
    await tellStatistics(db);
    await sql.query('SELECT pg_stat_force_next_flush()');
    const settings = { plan_cache_mode: mode };
    const other = openDatabase(db.url, { poolMax: 1, applicationName: 'movement list test', settings });
    for (const [wanted] of LISTS) {
      const filter = { ...ALL, ...wanted };
      for (const after of await someAfter(filter, other)) {
        const { scanned, byIndex } = await rowsRead(other, 'stock_movements');
        await readStockMovements(other.prisma, filter, { after, limit });
        const now = await rowsRead(other, 'stock_movements');
        expect(now.scanned - scanned).toBe(0);
        expect(now.byIndex - byIndex).toBeLessThanOrEqual(limit + ROWS_OF_RESERVATION + PLANNER_READS);
      }
    }
    await other.close();
  });
});
