import { checkLedgerInvariants, createTestDatabase, together, type TestDatabase } from '@holdfast/testing';
import {
  confirm,
  EAST,
  expire,
  line,
  release,
  reservationIn,
  reserve,
  setStock,
  WEST,
} from './fixtures/commands.ts';
import { Shop, type WatchedLedger } from './fixtures/shop.ts';

let database: TestDatabase;
let shop: Shop;
let ledger: WatchedLedger;
let other: WatchedLedger;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
  ledger = shop.openLedger();
  other = shop.openLedger();
});
afterAll(async () => {
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
  await shop.close();
  await database.drop();
});

/** A SKU with so many units in each of two places, and a threshold. */
async function watched(onHand: number, threshold: number | null): Promise<string> {
  const sku = await shop.stock(ledger, onHand);
  await ledger.submit(setStock(sku, onHand, { location: WEST }));
  await shop.sql.query('UPDATE skus SET low_stock_threshold = $2 WHERE sku = $1', [sku, threshold]);
  return sku;
}

/** What was told of a SKU, in order. */
async function told(sku: string): Promise<readonly string[]> {
  const { rows } = await shop.sql.query<{ type: string; available: number }>(
    `SELECT type, (data ->> 'available')::integer AS available FROM events WHERE subject = $1 ORDER BY id`,
    [sku],
  );
  return rows.map(({ type, available }) => `${type.slice('warehouse.inventory.'.length)} ${available}`);
}

const standOf = async (sku: string) => {
  const { rows } = await shop.sql.query<{ is_low: boolean; asked: boolean }>(
    'SELECT is_low, review_asked_at IS NOT NULL AS asked FROM skus WHERE sku = $1',
    [sku],
  );
  return rows[0];
};

test('a fall to the threshold is told once, and so is the rise, whichever location it was', async () => {
  const sku = await watched(5, 4);
  const first = reservationIn(await ledger.submit(reserve([line(sku, 5, EAST)])));
  expect(await told(sku)).toEqual([]);
  const second = reservationIn(await other.submit(reserve([line(sku, 1, WEST)])));
  expect(await told(sku)).toEqual(['stock_low 4']);
  await ledger.submit(reserve([line(sku, 2)]));
  await ledger.submit(confirm(second.id));
  expect(await told(sku)).toEqual(['stock_low 4']);
  await ledger.submit(release(first.id)); // names no location: what WEST has must be known all the same
  expect(await told(sku)).toEqual(['stock_low 4', 'stock_recovered 7']);
  expect(await standOf(sku)).toEqual({ is_low: false, asked: false });
});

test('an expired hold is a rise too', async () => {
  const sku = await watched(5, 4);
  const { id } = reservationIn(await ledger.submit(reserve([line(sku, 8)])));
  expect(await told(sku)).toEqual(['stock_low 2']);
  await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);
  await ledger.submit(expire(id));
  expect(await told(sku)).toEqual(['stock_low 2', 'stock_recovered 10']);
});

test('with nobody to watch nothing is told', async () => {
  const sku = await watched(5, null);
  await ledger.submit(reserve([line(sku, 10)]));
  expect(await told(sku)).toEqual([]);
});

test('forty buyers and forty who give back, over two processes: falls and rises take turns, and end as the stock stands', async () => {
  const sku = await watched(20, 19);
  const holds = await Promise.all(
    Array.from({ length: 20 }, () => ledger.submit(reserve([line(sku, 1)])).then(reservationIn)),
  );
  await together(80, async (index) => {
    const by = index % 2 ? ledger : other;
    const hold = index < 20 ? holds[index] : undefined;
    if (hold) return by.submit(release(hold.id));
    const id = reservationIn(await by.submit(reserve([line(sku, 1, index % 3 ? EAST : WEST)]))).id;
    return by.submit(release(id));
  });
  const events = await told(sku);
  const kinds = events.map((each) => each.split(' ')[0]);
  for (const [index, kind] of kinds.entries()) {
    expect(kind).toBe(index % 2 ? 'stock_recovered' : 'stock_low');
  }
  expect(await standOf(sku)).toEqual({ is_low: false, asked: false });
  expect(kinds.length % 2).toBe(0);
});

test('a review tells where a SKU stands after its threshold has changed, once for all who ask', async () => {
  const sku = await watched(5, null);
  await shop.sql.query(
    'UPDATE skus SET low_stock_threshold = 10, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku],
  );
  await together(6, (index) => (index % 2 ? ledger : other).submit({ kind: 'review-stock', skus: [sku] }));
  expect(await told(sku)).toEqual(['stock_low 10']);
  expect(await standOf(sku)).toEqual({ is_low: true, asked: false });
});

test('a stand that was judged by a threshold which has changed meanwhile does not count', async () => {
  const sku = await watched(5, 4);
  const held = await shop.lock(sku);
  const waiting = ledger.submit(reserve([line(sku, 7)]));
  await shop.sql.query(
    'UPDATE skus SET low_stock_threshold = 1, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku],
  );
  await held.letGo();
  await waiting;
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await told(sku)).toEqual([]);
  expect(await standOf(sku)).toEqual({ is_low: false, asked: false });
});
