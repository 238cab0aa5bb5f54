import { Client } from 'pg';
import { z } from 'zod';
import {
  eventPage,
  LOOKED_AT_MAX,
  readEvents,
  readNewestPosition,
  type FeedPage,
} from './event-feed-store.ts';
import { EVERY_EVENT, type EventFilter } from './event-filter.ts';
import { openTestDatabase, type OpenTestDatabase } from '../../db/src/fixtures/open-test-database.ts';

const COUNT = 30_000;
/** One in a thousand events is of this type, and none in the first half. */
const RARE = 'warehouse.inventory.sync_failed';
const COMMON = 'warehouse.inventory.reserved';

let db: OpenTestDatabase;
let sql: Client;

beforeAll(async () => {
  db = await openTestDatabase(1);
  sql = new Client({ connectionString: db.url });
  await sql.connect();
  await sql.query(
    `INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data, changed)
     SELECT
       ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
       CASE WHEN n % 1000 = 0 AND n > $1::integer / 2 THEN $2 ELSE $3 END,
       'subject-' || n, timestamptz '2026-11-21T10:00:00.123Z' + n * interval '1 ms',
       CASE WHEN n % 2 = 0 THEN ('00000000-0000-7000-8000-' || lpad(to_hex(n / 10), 12, '0'))::uuid END,
       CASE WHEN n % 2 = 0 THEN 1 END,
       CASE
         WHEN n % 2 = 0 THEN json_build_object('n', n, 'order_id', 'o-' || n / 10, 'lines', json_build_array(json_build_object('sku', 'SKU-' || n % 100)))
         ELSE json_build_object('n', n, 'sku', 'SKU-' || n % 100, 'note', 'SKU-2')
       END,
       CASE WHEN n % 3 = 0 THEN json_build_object('previous_status', NULL, 'stock_changes', json_build_array(json_build_object('sku', 'GONE-' || n % 900))) END
     FROM generate_series(1, $1::integer) AS n`,
    [COUNT, RARE, COMMON],
  );
  // In an order of their own: positions follow commits, and ids do not.
  await sql.query(
    `INSERT INTO event_positions (position, event_id)
     SELECT row_number() OVER (ORDER BY (substr(subject, 9)::integer - 1) / 2, id DESC), id
     FROM events`,
  );
  await sql.query(
    `INSERT INTO reservations (id, status, order_id, sourcing, version, created_at, updated_at)
     SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'released', 'o-' || n, 'split', 1, now(), now()
     FROM generate_series(0, $1::integer / 10) AS n`,
    [COUNT],
  );
  await sql.query('TRUNCATE event_notes');
  await sql.query('UPDATE event_sequencer SET last_position = $1', [COUNT]);
});
afterAll(async () => {
  await sql.end();
  await db.close();
});

const page = (wanted: Partial<FeedPage>): FeedPage => ({
  after: 0,
  filter: EVERY_EVENT,
  limit: 100,
  ...wanted,
});
const of = (filter: Partial<EventFilter>): EventFilter => ({ ...EVERY_EVENT, ...filter });
const read = (wanted: Partial<FeedPage>) => readEvents(db.prisma, page(wanted));
const reservationId = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** The subjects of all events that are wanted, from page to page. */
async function readAll(filter: Partial<EventFilter>) {
  const found: string[] = [];
  let looks = 0;
  for (let after = 0; after < COUNT; looks += 1) {
    const { events, lookedTo } = await read({ after, filter: of(filter) });
    found.push(...events.map(({ subject }) => subject));
    after = lookedTo;
  }
  return { found, looks };
}

describe('events', () => {
  test('come oldest first by position, each whole', async () => {
    const { events, lookedTo } = await read({ limit: 3, after: 4 });
    expect(events).toEqual([
      {
        position: 5,
        id: '00000000-0000-7000-8000-000000000006',
        type: COMMON,
        subject: 'subject-6',
        time: '2026-11-21T10:00:00.129Z',
        reservationId: '00000000-0000-7000-8000-000000000000',
        data: { n: 6, order_id: 'o-0', lines: [{ sku: 'SKU-6' }] },
        changed: { previous_status: null, stock_changes: [{ sku: 'GONE-6' }] },
        requestId: null,
        traceparent: null,
      },
      expect.objectContaining({ position: 6, subject: 'subject-5', reservationId: null, changed: null }),
      expect.objectContaining({ position: 7, subject: 'subject-8' }),
    ]);
    expect(lookedTo).toBe(7);
  });

  test('are read to the end, each once, page by page', async () => {
    const seen: number[] = [];
    for (let after = 0; ;) {
      const { events, lookedTo } = await read({ after, limit: 4_000 });
      seen.push(...events.map(({ position }) => position));
      if (lookedTo === after) break;
      after = lookedTo;
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
  });

  test('of some types are found without looking at more than so many, and a reader gets on where there are none', async () => {
    const lookedTo = LOOKED_AT_MAX.columns;
    expect(await read({ filter: of({ types: [RARE] }) })).toEqual({ events: [], lookedTo, newest: COUNT });
    const { found, looks } = await readAll({ types: [RARE, 'unheard.of'] });
    expect(found).toEqual(Array.from({ length: 15 }, (_, index) => `subject-${16_000 + index * 1_000}`));
    expect(looks).toBe(COUNT / lookedTo);
  });

  test('that fill a page before the end of what may be looked at are read on behind the last of them', async () => {
    const { events, lookedTo } = await read({ filter: of({ types: [COMMON] }), limit: 2, after: 15_990 });
    expect(events.map(({ position }) => position)).toEqual([15_991, 15_992]);
    expect(lookedTo).toBe(15_992);
  });

  test('of a SKU are those of its lines, its levels and its changes, and no others that name it', async () => {
    const { found, looks } = await readAll({ sku: 'SKU-2' });
    expect(found).toEqual(Array.from({ length: COUNT / 100 }, (_, index) => `subject-${index * 100 + 2}`));
    expect(looks).toBe(COUNT / LOOKED_AT_MAX.text);
    const changed = await readAll({ sku: 'GONE-3' });
    expect(changed.found).toHaveLength(Math.ceil(COUNT / 900));
    expect((await readAll({ sku: 'SKU' })).found).toEqual([]);
  });

  test('of an order are those that name it, in the order of the feed', async () => {
    const { found } = await readAll({ orderId: 'o-77' });
    expect(found).toEqual([772, 770, 774, 776, 778].toSorted((a, b) => a - b).map((n) => `subject-${n}`));
    const refused = reservationId(COUNT + 1);
    await sql.query(
      `INSERT INTO events (id, type, subject, time, data)
       VALUES ($1, 'warehouse.inventory.reservation_refused', 'o-none', now(), '{"order_id": "o-none", "lines": []}')`,
      [refused],
    );
    await sql.query('UPDATE event_positions SET event_id = $1 WHERE position = 20000', [refused]);
    expect((await readAll({ orderId: 'o-none' })).found).toEqual(['o-none']);
  });

  test('of a reservation are found in one read, and without any the read ends at the newest', async () => {
    const one = await read({ filter: of({ reservationId: reservationId(2_900) }) });
    expect(one.events.map(({ subject }) => subject)).toEqual(
      [29_000, 29_002, 29_004, 29_006, 29_008].map((n) => `subject-${n}`),
    );
    expect(one.lookedTo).toBe(COUNT);
    const none = await read({ after: 7, filter: of({ reservationId: reservationId(COUNT * 2) }) });
    expect(none).toEqual({ events: [], lookedTo: COUNT, newest: COUNT });
  });

  test('behind the newest are none, and a reader stays where it is', async () => {
    expect(await readNewestPosition(db.prisma)).toBe(COUNT);
    expect(await read({ after: COUNT })).toEqual({ events: [], lookedTo: COUNT, newest: COUNT });
    expect(await read({ after: COUNT + 5, filter: of({ types: [RARE] }) })).toMatchObject({
      events: [],
      lookedTo: COUNT + 5,
    });
  });

  test('that are all deleted leave nothing to read', async () => {
    const purged = await openTestDatabase(1);
    await purged.prisma.$executeRaw`UPDATE event_sequencer SET last_position = 70`;
    expect(await readEvents(purged.prisma, page({}))).toEqual({ events: [], lookedTo: 70, newest: 70 });
    await purged.close();
  });

  test('that are deleted are skipped at once', async () => {
    await sql.query('BEGIN');
    await sql.query('DELETE FROM event_positions WHERE position <= 20000');
    await sql.query(`SELECT set_config('holdfast.retention', 'on', true)`);
    await sql.query(
      `DELETE FROM events WHERE id <= ('00000000-0000-7000-8000-' || lpad(to_hex(20000), 12, '0'))::uuid`,
    );
    const { text, values } = eventPage(page({ limit: 2 }));
    const { rows } = await sql.query<{ events: { position: number }[] }>(text, values);
    await sql.query('ROLLBACK');
    expect(rows[0]?.events.map(({ position }) => position)).toEqual([20_001, 20_002]);
  });
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Index Name'?: string | undefined;
  readonly 'Actual Rows'?: number | undefined;
  readonly 'Actual Loops'?: number | undefined;
  readonly Plans?: readonly Plan[] | undefined;
}
const plan: z.ZodType<Plan> = z.looseObject({
  'Node Type': z.string(),
  'Relation Name': z.string().optional(),
  'Index Name': z.string().optional(),
  'Actual Rows': z.number().optional(),
  'Actual Loops': z.number().optional(),
  get Plans() {
    return z.array(plan).optional();
  },
});
const explained = z.tuple([z.object({ 'QUERY PLAN': z.tuple([z.object({ Plan: plan })]) })]);
const nodes = (node: Plan): Plan[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

const pages: readonly [name: string, page: FeedPage][] = [
  ['all', page({ after: 10_000 })],
  ['all from the oldest on', page({})],
  ['a common type', page({ after: 10_000, filter: of({ types: [COMMON] }) })],
  ['a rare type', page({ after: 15_000, filter: of({ types: [RARE] }) })],
  ['a SKU', page({ after: 10_000, filter: of({ sku: 'SKU-7' }) })],
];

async function explain(how: string, wanted: FeedPage): Promise<Plan[]> {
  const { text, values } = eventPage(wanted);
  const { rows } = await sql.query(
    `EXPLAIN (${how}, FORMAT JSON) ${text}`,
    how === 'GENERIC_PLAN' ? [] : values,
  );
  const [{ 'QUERY PLAN': tree }] = explained.parse(rows);
  return nodes(tree[0].Plan);
}

/** The one row of the sequencer may be read as it likes. */
const isLook = ({ 'Relation Name': table }: Plan) => table !== undefined && table !== 'event_sequencer';

function expectTwoLooks(plans: readonly Plan[]): void {
  for (const each of plans.filter(isLook)) expect(each['Node Type']).toMatch(/^Index (Only )?Scan$/);
  expect(plans.flatMap((each) => each['Index Name'] ?? [])).toEqual([
    'event_positions_pkey',
    'events_pkey',
    'event_positions_pkey',
  ]);
  expect(plans.map((each) => each['Node Type'])).not.toContain('Sort');
}

describe('a page of', () => {
  describe.each(['without', 'with'])('%s statistics', (statistics) => {
    beforeAll(() => statistics === 'with' && sql.query('ANALYZE events, event_positions'));

    test.each(pages)('%s is a look along the positions, and one for each event', async (_name, wanted) => {
      const plans = await explain('ANALYZE', wanted);
      expectTwoLooks(plans);
      for (const each of plans.filter(isLook)) {
        const read = (each['Actual Rows'] ?? Infinity) * (each['Actual Loops'] ?? Infinity);
        const isAll = wanted.filter === EVERY_EVENT;
        expect(read).toBeLessThanOrEqual(isAll ? wanted.limit : LOOKED_AT_MAX.columns);
      }
    });

    test.each(pages)('%s is so, too, when it is planned for any value', async (_name, wanted) => {
      expectTwoLooks(await explain('GENERIC_PLAN', wanted));
    });
  });
});
