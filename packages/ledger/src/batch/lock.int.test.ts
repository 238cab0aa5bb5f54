import { checkLedgerInvariants, createTestDatabase, eventually, type TestDatabase } from '@holdfast/testing';
import { codeOf, confirm, line, reservationIn, reserve, setStock, WEST } from '../fixtures/commands.ts';
import { Shop, type WatchedLedger } from '../fixtures/shop.ts';
import { LEDGER_LIMITS } from '../limits.ts';

/** The same, for a test that sets a smaller one. */
const limits: Record<keyof typeof LEDGER_LIMITS, number> = LEDGER_LIMITS;

let database: TestDatabase;
let shop: Shop;
let ledger: WatchedLedger;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
  ledger = shop.openLedger();
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

const hold = async (sku: string) => reservationIn(await ledger.submit(reserve([line(sku)]))).id;
const untilItWaits = () => eventually(async () => (await shop.waitingForLock(ledger)) === 1);
const makeDue = (ids: readonly string[]) =>
  shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = ANY($1)', [ids]);

/** Which of the levels somebody has locked now, as `SKU location`. */
async function lockedOf(skus: readonly string[]): Promise<readonly string[]> {
  const { rows } = await shop.sql.query<{ level: string }>(
    `SELECT sku || ' ' || location AS level
     FROM stock_levels
     WHERE sku = ANY($1)
       AND (sku, location) NOT IN (
         SELECT sku, location FROM (SELECT * FROM stock_levels WHERE sku = ANY($1) FOR UPDATE SKIP LOCKED) free
       )
     ORDER BY level`,
    [skus],
  );
  return rows.map(({ level }) => level);
}

describe('stock levels', () => {
  test('are locked by SKU, then location, in whatever order the lines come', async () => {
    const [a, b, c] = [
      await shop.stock(ledger, 10),
      await shop.stock(ledger, 10),
      await shop.stock(ledger, 10),
    ];
    for (const sku of [c, b, a]) await ledger.submit(setStock(sku, 10, { location: WEST }));
    const lock = await shop.lock(b);

    const answer = ledger.submit(reserve([line(c), line(b), line(a)]));
    await untilItWaits();

    expect(await lockedOf([a, b, c])).toEqual([`${a} EAST`, `${a} WEST`, `${b} EAST`, `${b} WEST`]);
    await lock.letGo();
    expect(codeOf(await answer)).toBe('ok');
  });

  test('are decided on as they are when the lock is had, not as they were before the wait', async () => {
    const sku = await shop.stock(ledger, 10);
    const lock = await shop.lock(sku);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 9 WHERE sku = $1', [sku]);
    const answer = ledger.submit(reserve([line(sku, 2)]));
    await untilItWaits();
    await lock.client.query('COMMIT');
    expect(codeOf(await answer)).toBe('insufficient_stock');
    await lock.letGo();
  });
});

describe('the time', () => {
  test('of a create is read after the wait for its lock', async () => {
    const sku = await shop.stock(ledger, 10);
    const lock = await shop.lock(sku);
    const answer = ledger.submit(reserve([line(sku)]));
    await untilItWaits();
    const { rows } = await lock.client.query<{ now: number }>(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    await lock.letGo();
    const { created_at } = reservationIn(await answer);
    expect(Date.parse(created_at ?? '')).toBeGreaterThanOrEqual(rows[0]?.now ?? Infinity);
  });
});

describe('reservations', () => {
  test('are decided on as they are when the lock is had', async () => {
    const sku = await shop.stock(ledger, 10);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku)])));
    const stranger = await shop.connect();
    await stranger.query('BEGIN');
    await stranger.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);

    const answer = ledger.submit(confirm(id));
    await untilItWaits();
    expect(await lockedOf([sku])).toEqual([]);
    await stranger.query('COMMIT');

    expect(codeOf(await answer)).toBe('reservation_expired');
    expect(await shop.counters(sku)).toEqual([10, 0, 0]);
  });

  test('that are due and that somebody else is just giving back are not waited for', async () => {
    const sku = await shop.stock(ledger, 10);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 4)])));
    await makeDue([id]);
    const stranger = await shop.connect();
    await stranger.query('BEGIN');
    await stranger.query('SELECT FROM reservations WHERE id = $1 FOR UPDATE', [id]);

    expect(codeOf(await ledger.submit(reserve([line(sku, 7)])))).toBe('insufficient_stock');
    expect(codeOf(await ledger.submit(reserve([line(sku, 6)])))).toBe('ok');

    await stranger.query('ROLLBACK');
    expect(codeOf(await ledger.submit(reserve([line(sku, 4)])))).toBe('ok');
  });

  test('that are due are given back with all their SKUs, also with those that nobody asked for', async () => {
    const [asked, other] = [await shop.stock(ledger, 1), await shop.stock(ledger, 1)];
    const { id } = reservationIn(await ledger.submit(reserve([line(asked), line(other)])));
    await makeDue([id]);
    expect(codeOf(await ledger.submit(reserve([line(asked)])))).toBe('ok');
    expect(await shop.counters(other)).toEqual([1, 0, 0]);
  });

  test('that are due for other SKUs are left to their job', async () => {
    const [asked, other] = [await shop.stock(ledger, 1), await shop.stock(ledger, 1)];
    const { id } = reservationIn(await ledger.submit(reserve([line(other)])));
    await makeDue([id]);
    expect(codeOf(await ledger.submit(reserve([line(asked)])))).toBe('ok');
    expect(await shop.counters(other)).toEqual([1, 1, 0]);
  });

  test('that are due behind a backlog of other SKUs are found by whoever would be short without them', async () => {
    jest.replaceProperty(limits, 'dueHoldsLookedAtMax', 2);
    const [asked, other] = [await shop.stock(ledger, 3), await shop.stock(ledger, 3)];
    const backlog = [await hold(other), await hold(other), await hold(other)];
    await makeDue(backlog);
    const mine = [await hold(asked), await hold(asked)];
    await makeDue(mine);

    expect(codeOf(await ledger.submit(reserve([line(asked, 1)])))).toBe('ok');
    expect(await shop.counters(asked)).toEqual([3, 3, 0]);
    expect(codeOf(await ledger.submit(reserve([line(asked, 2)])))).toBe('ok');
    expect(await shop.counters(asked)).toEqual([3, 3, 0]);
    expect(await shop.rows(`reservations WHERE id = ANY($1) AND status = 'expired'`, [mine])).toBe(2);
    expect(await shop.rows(`reservations WHERE id = ANY($1) AND status = 'expired'`, [backlog])).toBe(0);
  });

  test('that are due are not looked for when nobody wants stock', async () => {
    const sku = await shop.stock(ledger, 3);
    const [due, alive] = [await hold(sku), await hold(sku)];
    await makeDue([due]);
    expect(codeOf(await ledger.submit(confirm(alive)))).toBe('ok');
    expect(await shop.rows(`reservations WHERE id = $1 AND status = 'held'`, [due])).toBe(1);
  });
});
