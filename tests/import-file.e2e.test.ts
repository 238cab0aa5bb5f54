import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { stockImportsAt } from './stock-imports.ts';

jest.setTimeout(120_000);

const ROWS = 5_000;

/** Ten kinds of bad rows, and what is said of each. */
const BAD: readonly (readonly [line: string, message: RegExp])[] = [
  [',WH,5,,,', /^sku: is missing$/],
  ['A,,5,,,', /^location: is missing$/],
  ['A,WH,five,,,', /^on_hand: must be a whole number/],
  ['A,WH,-1,,,', /^on_hand: may not be negative$/],
  ['A,WH,,,,', /^on_hand or delta is missing$/],
  ['A,WH,5,3,,', /^has both on_hand and delta/],
  ['A,WH,1000000001,,,', /^on_hand: may be at most 1,000,000,000$/],
  ['A,WH,5,,,Mug,red', /^has 7 columns/],
  ['"A,WH,5,,,', /^has a quote \("\) that is not closed$/],
  ['EMPTY,WH,,-1,,', /^delta: -1 would leave less than nothing/],
];

const isBad = (row: number) => row % 5 === 0;
const kindOf = (row: number) => BAD[(row / 5) % BAD.length];

let house: House;

beforeAll(async () => {
  const [backend] = queueBackends;
  if (!backend) throw new Error('no queue');
  house = await openHouse(backend);
});

afterAll(() => house?.close());

test('1,000 bad rows of ten kinds are each reported by number, and the others are imported', async () => {
  const imports = stockImportsAt(house.shop.baseUrl);
  const lines = Array.from({ length: ROWS }, (_, index) => {
    const row = index + 1;
    return isBad(row) ? kindOf(row)?.[0] : `S-${row},WH,${row},,1,"Shirt, no. ${row}"`;
  });
  const sent = await imports.send(['sku,location,on_hand,delta,safety_stock,name', ...lines].join('\r\n'));
  expect(sent).toMatchObject({ state: 'queued', rows: ROWS });

  const ended = await imports.ended(sent.id);
  expect(ended).toMatchObject({ state: 'succeeded', applied: 4_000, rejected: 1_000 });
  expect(ended.errors.map(({ row }) => row)).toEqual(
    Array.from({ length: ROWS }, (_, index) => index + 1).filter(isBad),
  );
  for (const { row, message } of ended.errors) expect(message).toMatch(kindOf(row)?.[1] ?? 'no kind');

  const [levels] = await house.query<{ count: number; right: number }>(
    `SELECT
       count(*)::integer AS count,
       (count(*) FILTER (WHERE sku = 'S-' || on_hand AND safety_stock = 1 AND name = 'Shirt, no. ' || on_hand))::integer
         AS right
     FROM stock_levels
     JOIN skus USING (sku)
     WHERE on_hand > 0`,
  );
  expect(levels).toEqual({ count: 4_000, right: 4_000 });
  expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
});
