import { putLocation } from '@holdfast/stock';
import { eventually, together } from '@holdfast/testing';
import { confirm, EAST, expire, line, release, reserve, setStock, WEST } from '@holdfast/testing/vocabulary';
import { reservationIn, scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';
import { LEDGER_SETTINGS } from './limits.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let other: WatchedLedger;

beforeAll(() => {
  jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '20s'); // no lock wait in this suite times out
  ledger = scenario.openLedger();
  other = scenario.openLedger();
});

/** A SKU with so many units in each of two places, and a threshold. */
async function watched(onHand: number, threshold: number | null): Promise<string> {
  const sku = await ledger.newSku(onHand);
  await ledger.submit(setStock(sku, onHand, WEST));
  await scenario.sql.query('UPDATE skus SET low_stock_threshold = $2 WHERE sku = $1', [sku, threshold]);
  return sku;
}

/** The published events of a SKU, in order. */
async function publishedOf(sku: string): Promise<readonly string[]> {
  const { rows } = await scenario.sql.query<{ type: string; available: number }>(
    `SELECT type, (data ->> 'available')::integer AS available FROM events WHERE subject = $1 ORDER BY id`,
    [sku],
  );
  return rows.map(({ type, available }) => `${type.slice('warehouse.inventory.'.length)} ${available}`);
}

const standOf = async (sku: string) => {
  const { rows } = await scenario.sql.query<{ is_low: boolean; asked: boolean }>(
    'SELECT is_low, review_asked_at IS NOT NULL AS asked FROM skus WHERE sku = $1',
    [sku],
  );
  return rows[0];
};

test('a fall to the threshold is published once, and so is the rise, at any location', async () => {
  const sku = await watched(5, 4);
  const first = reservationIn(await ledger.submit(reserve([line(sku, 5, EAST)])));
  expect(await publishedOf(sku)).toEqual([]);
  const second = reservationIn(await other.submit(reserve([line(sku, 1, WEST)])));
  expect(await publishedOf(sku)).toEqual(['stock_low 4']);
  await ledger.submit(reserve([line(sku, 2)]));
  await ledger.submit(confirm(second.id));
  expect(await publishedOf(sku)).toEqual(['stock_low 4']);
  await ledger.submit(release(first.id)); // names no location: what WEST has must be known all the same
  expect(await publishedOf(sku)).toEqual(['stock_low 4', 'stock_recovered 7']);
  expect(await standOf(sku)).toEqual({ is_low: false, asked: false });
});

test('units that go missing at one location are a fall of the SKU, and their return a rise', async () => {
  const sku = await watched(5, 3);
  const { id } = reservationIn(await ledger.submit(reserve([line(sku, 5, EAST)])));
  await ledger.submit(setStock(sku, 4));
  expect(await publishedOf(sku)).toEqual([]);
  await ledger.submit(setStock(sku, 3));
  expect(await publishedOf(sku)).toEqual(['stock_low 3']);
  await ledger.submit(setStock(sku, 0));
  expect(await standOf(sku)).toEqual({ is_low: true, asked: false });
  await other.submit(release(id));
  expect(await publishedOf(sku)).toEqual(['stock_low 3', 'stock_recovered 5']);
});

test('units that are missing at an inactive location count against the others', async () => {
  const sku = await watched(5, 3);
  await ledger.submit(reserve([line(sku, 2, WEST)]));
  await ledger.submit(setStock(sku, 1, WEST));
  expect(await publishedOf(sku)).toEqual([]);
  const db = scenario.openDatabase();
  await putLocation(db, EAST, { active: false });
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await publishedOf(sku)).toEqual(['stock_low 0']);
  await putLocation(db, EAST, { active: true });
  await putLocation(db, WEST, { active: false });
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await publishedOf(sku)).toEqual(['stock_low 0', 'stock_recovered 4']);
  await ledger.submit(setStock(sku, 0, WEST));
  expect(await publishedOf(sku)).toEqual(['stock_low 0', 'stock_recovered 4', 'stock_low 3']);
  await putLocation(db, WEST, { active: true });
});

test('an expired hold is a rise too', async () => {
  const sku = await watched(5, 4);
  const { id } = await ledger.hold(sku, 8);
  expect(await publishedOf(sku)).toEqual(['stock_low 2']);
  await scenario.makeDue(id);
  await ledger.submit(expire(id));
  expect(await publishedOf(sku)).toEqual(['stock_low 2', 'stock_recovered 10']);
});

test('without a threshold nothing is published', async () => {
  const sku = await watched(5, null);
  await ledger.submit(reserve([line(sku, 10)]));
  expect(await publishedOf(sku)).toEqual([]);
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
  const events = await publishedOf(sku);
  const kinds = events.map((each) => each.split(' ')[0]);
  for (const [index, kind] of kinds.entries()) {
    expect(kind).toBe(index % 2 ? 'stock_recovered' : 'stock_low');
  }
  expect(await standOf(sku)).toEqual({ is_low: false, asked: false });
  expect(kinds.length % 2).toBe(0);
});

test('a review publishes the state of a SKU after its threshold has changed, once for all requests', async () => {
  const sku = await watched(5, null);
  await scenario.sql.query(
    'UPDATE skus SET low_stock_threshold = 10, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku],
  );
  await together(6, (index) => (index % 2 ? ledger : other).submit({ kind: 'review-stock', skus: [sku] }));
  expect(await publishedOf(sku)).toEqual(['stock_low 10']);
  expect(await standOf(sku)).toEqual({ is_low: true, asked: false });
});

const review = (sku: string) => other.submit({ kind: 'review-stock', skus: [sku] });
const askedFor = (sku: string, threshold: number) =>
  scenario.sql.query(
    'UPDATE skus SET low_stock_threshold = $2, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku, threshold],
  );

/** A batch that waits for stock of `waitedFor`, and wants three of `sku` too. Answers how to let it go on. */
async function batchUnderWay(waitedFor: string, sku: string): Promise<() => Promise<void>> {
  const held = await scenario.lock(waitedFor);
  const batch = ledger.submit(reserve([line(waitedFor, 1, EAST), line(sku, 3, EAST)]));
  await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
  return async () => {
    await held.unlock();
    await batch;
  };
}

describe('what changes while a batch waits for its locks', () => {
  /** Its name comes first, so it is locked first. */
  let first: string;
  beforeEach(async () => {
    first = await ledger.newSku(10);
  });
  test('a first delivery to another location counts', async () => {
    const sku = await ledger.newSku(6);
    await scenario.sql.query('UPDATE skus SET low_stock_threshold = 4 WHERE sku = $1', [sku]);
    const goOn = await batchUnderWay(first, sku);
    await other.submit(setStock(sku, 100, WEST));
    await goOn();
    expect([await publishedOf(sku), await standOf(sku)]).toEqual([[], { is_low: false, asked: false }]);
  });

  test('a threshold is set, and the fall is published', async () => {
    const sku = await ledger.newSku(6);
    const goOn = await batchUnderWay(first, sku);
    await askedFor(sku, 4);
    await review(sku);
    await goOn();
    expect([await publishedOf(sku), await standOf(sku)]).toEqual([
      ['stock_low 3'],
      { is_low: true, asked: false },
    ]);
  });

  test('a threshold that is lowered is the one that counts', async () => {
    const sku = await watched(5, 8);
    const goOn = await batchUnderWay(first, sku);
    await askedFor(sku, 1);
    await goOn();
    expect([await publishedOf(sku), await standOf(sku)]).toEqual([[], { is_low: false, asked: false }]);
  });

  test('a location that is closed gives nothing any more', async () => {
    const sku = await watched(6, 4);
    const goOn = await batchUnderWay(first, sku);
    const database = scenario.openDatabase();
    await putLocation(database, WEST, { active: false });
    await review(sku);
    await goOn();
    expect(await publishedOf(sku)).toEqual(['stock_low 3']);
    await putLocation(database, WEST, { active: true });
    await review(sku);
    expect(await publishedOf(sku)).toEqual(['stock_low 3', 'stock_recovered 9']);
  });
});

test('clearing a threshold publishes the rise, so that consumers do not wait for it', async () => {
  const sku = await watched(2, 4);
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  await scenario.sql.query(
    'UPDATE skus SET low_stock_threshold = NULL, review_asked_at = clock_timestamp() WHERE sku = $1',
    [sku],
  );
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await publishedOf(sku)).toEqual(['stock_low 4', 'stock_recovered 4']);
});

test('a SKU that never had stock is not low; what it begins with may be', async () => {
  const sku = await scenario.sku();
  await scenario.sql.query('UPDATE skus SET low_stock_threshold = 5 WHERE sku = $1', [sku]);
  await ledger.submit({ kind: 'review-stock', skus: [sku] });
  expect(await publishedOf(sku)).toEqual([]);
  await ledger.submit(setStock(sku, 3));
  expect(await publishedOf(sku)).toEqual(['stock_low 3']);
});
