import { checkLedgerInvariants, queueOfRun } from '@holdfast/testing';
import { type Fleet, openFleet } from './fleet.ts';

const ROWS = 5_000;

/** Ten kinds of bad rows, and what is said of each. */
const BAD: readonly (readonly [line: string, message: RegExp])[] = [
  [',WH,5,,,', /^sku: is missing$/],
  ['A,,5,,,', /^location: is missing$/],
  ['A,WH,five,,,', /^on_hand: must be a whole number/],
  ['A,WH,-1,,,', /^on_hand: may not be negative$/],
  ['A,WH,5,,few,', /^safety_stock: must be a whole number/],
  ['A,WH,5,3,,', /^has both on_hand and delta/],
  ['A,WH,1000000001,,,', /^on_hand: may be at most 1,000,000,000$/],
  ['A,WH,5,,,Mug,red', /^has 7 columns/],
  ['"A,WH,5,,,', /^has a quote \("\) that is not closed$/],
  ['EMPTY,WH,,-1,,', /^delta: -1 would leave less than nothing/],
];

const isBad = (row: number) => row % 5 === 0;
const kindOf = (row: number) => BAD[(row / 5) % BAD.length];

let fleet: Fleet;

beforeAll(async () => {
  fleet = await openFleet(queueOfRun);
});

afterAll(() => fleet?.close());

test('rows that differ only in blanks and Unicode form are one SKU at one location', async () => {
  const { client } = fleet;
  const places = ['TWIN-EAST', '"TWIN-EAST "', '" TWIN-EAST"', '"TWIN-EAST\u00A0"', '\u3000TWIN-EAST\uFEFF'];
  const lines = places.flatMap((place) => [`caf\u00E9,${place},7`, `"cafe\u0301 ",${place},7`]);
  const bad = ['caf\u00E9,TWIN-\u200BEAST,7', '"caf\u00E9\u200D",TWIN-EAST,7'];
  const sent = await client.importStock(['sku,location,on_hand', ...lines, ...bad].join('\n'));
  expect(await client.endOfImport(sent.id)).toMatchObject({
    state: 'succeeded',
    applied: 10,
    rejected: 2,
    errors: [
      { row: 11, message: 'location: has U+200B ZERO WIDTH SPACE at character 6' },
      { row: 12, message: 'sku: ends with U+200D ZERO WIDTH JOINER' },
    ],
  });
  const levels = await fleet.query('SELECT sku, location, on_hand FROM stock_levels WHERE sku ~ $$caf$$');
  expect(levels).toEqual([{ sku: 'caf\u00E9', location: 'TWIN-EAST', on_hand: 7 }]);
  const catalogue = await fleet.query(
    'SELECT sku AS name FROM skus WHERE sku ~ $$caf$$ UNION ALL SELECT location FROM locations WHERE location ~ $$TWIN$$',
  );
  expect(catalogue).toEqual([{ name: 'caf\u00E9' }, { name: 'TWIN-EAST' }]);
  expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
});

test('1,000 bad rows of ten kinds are each reported by number, and the others are imported', async () => {
  const { client } = fleet;
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const row = index + 1;
    return isBad(row) ? kindOf(row)?.[0] : `S-${row},WH,${row},,1,"Shirt, no. ${row}"`;
  });
  const sent = await client.importStock(
    ['sku,location,on_hand,delta,safety_stock,name', ...lines].join('\r\n'),
  );
  expect(sent).toMatchObject({ state: 'queued', rows: ROWS });

  const ended = await client.endOfImport(sent.id);
  expect(ended).toMatchObject({ state: 'succeeded', applied: 4_000, rejected: 1_000 });
  expect(ended.errors.map(({ row }) => row)).toEqual(
    Array.from({ length: ROWS }, (_, index) => index + 1).filter(isBad),
  );
  for (const { row, message } of ended.errors) expect(message).toMatch(kindOf(row)?.[1] ?? 'no kind');

  const [levels] = await fleet.query<{ count: number; right: number }>(
    `SELECT
       count(*)::integer AS count,
       (count(*) FILTER (WHERE sku = 'S-' || on_hand AND safety_stock = 1 AND name = 'Shirt, no. ' || on_hand))::integer
         AS right
     FROM stock_levels
     JOIN skus USING (sku)
     WHERE location = 'WH'
       AND on_hand > 0`,
  );
  expect(levels).toEqual({ count: 4_000, right: 4_000 });
  expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
});
