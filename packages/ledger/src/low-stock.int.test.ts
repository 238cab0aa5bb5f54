import { openDatabase, putLocation } from '@holdfast/db';
import {
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  together,
  type TestDatabase,
} from '@holdfast/testing';
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

const review = (sku: string) => other.submit({ kind: 'review-stock', skus: [sku] });
const askedFor = (sku: string, threshold: number) =>
  shop.sql.query(
    'UPDATE skus SET low_stock_threshold = $2, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku, threshold],
  );

/** A batch that waits for stock of `waitedFor`, and wants three of `sku` too. Answers how to let it go on. */
async function batchUnderWay(waitedFor: string, sku: string): Promise<() => Promise<void>> {
  const held = await shop.lock(waitedFor);
  const batch = ledger.submit(reserve([line(waitedFor, 1, EAST), line(sku, 3, EAST)]));
  await eventually(async () => (await shop.waitingForLock(ledger)) === 1);
  return async () => {
    await held.letGo();
    await batch;
  };
}

describe('what changes while a batch waits for its locks', () => {
  /** Its name comes first, so it is locked first. */
  let first: string;
  beforeEach(async () => {
    first = await shop.stock(ledger, 10);
  });
  test('a first delivery to another location counts', async () => {
    const sku = await shop.stock(ledger, 6);
    await shop.sql.query('UPDATE skus SET low_stock_threshold = 4 WHERE sku = $1', [sku]);
    const goOn = await batchUnderWay(first, sku);
    await other.submit(setStock(sku, 100, { location: WEST }));
    await goOn();
    expect([await told(sku), await standOf(sku)]).toEqual([[], { is_low: false, asked: false }]);
  });

  test('somebody begins to watch, and is told of the fall', async () => {
    const sku = await shop.stock(ledger, 6);
    const goOn = await batchUnderWay(first, sku);
    await askedFor(sku, 4);
    await review(sku);
    await goOn();
    expect([await told(sku), await standOf(sku)]).toEqual([['stock_low 3'], { is_low: true, asked: false }]);
  });

  test('a threshold that is lowered is the one that counts', async () => {
    const sku = await watched(5, 8);
    const goOn = await batchUnderWay(first, sku);
    await askedFor(sku, 1);
    await goOn();
    expect([await told(sku), await standOf(sku)]).toEqual([[], { is_low: false, asked: false }]);
  });

  test('a location that is closed gives nothing any more', async () => {
    const sku = await watched(6, 4);
    const goOn = await batchUnderWay(first, sku);
    const database = openDatabase(shop.url, { poolMax: 1, applicationName: 'low-stock test' });
    await putLocation(database, WEST, { active: false });
    await review(sku);
    await goOn();
    expect(await told(sku)).toEqual(['stock_low 3']);
    await putLocation(database, WEST, { active: true });
    await database.close();
    await review(sku);
    expect(await told(sku)).toEqual(['stock_low 3', 'stock_recovered 9']);
  });
});

test('a threshold that is cleared ends what was told: whoever waits for the rise is not left waiting', async () => {
  const sku = await watched(2, 4);
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  await shop.sql.query(
    'UPDATE skus SET low_stock_threshold = NULL, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku],
  );
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await told(sku)).toEqual(['stock_low 4', 'stock_recovered 4']);
});

test('a SKU that never had stock is not low; what it begins with may be', async () => {
  const sku = await shop.sku();
  await shop.sql.query('UPDATE skus SET low_stock_threshold = 5 WHERE sku = $1', [sku]);
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await told(sku)).toEqual([]);
  await ledger.submit(setStock(sku, 3));
  expect(await told(sku)).toEqual(['stock_low 3']);
});
