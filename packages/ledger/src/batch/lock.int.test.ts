import { eventually } from '@holdfast/testing';
import { codeOf, confirm, line, reserve, setStock, WEST } from '@holdfast/testing/vocabulary';
import { reservationIn, scenarioOfSuite, type WatchedLedger, limits } from '../fixtures/ledger-scenario.ts';
import { LEDGER_SETTINGS } from '../limits.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;

beforeAll(() => {
  jest.replaceProperty(LEDGER_SETTINGS, 'lock_timeout', '20s'); // no lock wait in this suite times out
  ledger = scenario.openLedger();
});
afterEach(() => jest.restoreAllMocks());

const hold = async (sku: string) => (await ledger.hold(sku)).id;
const untilItWaits = () => eventually(async () => (await scenario.waitingForLock(ledger)) === 1);

/** Which of the levels are locked now, as `SKU location`. */
async function lockedOf(skus: readonly string[]): Promise<readonly string[]> {
  const { rows } = await scenario.sql.query<{ level: string }>(
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
    const [a, b, c] = [await ledger.newSku(10), await ledger.newSku(10), await ledger.newSku(10)];
    for (const sku of [c, b, a]) await ledger.submit(setStock(sku, 10, WEST));
    const lock = await scenario.lock(b);

    const answer = ledger.submit(reserve([line(c), line(b), line(a)]));
    await untilItWaits();

    expect(await lockedOf([a, b, c])).toEqual([`${a} EAST`, `${a} WEST`, `${b} EAST`, `${b} WEST`]);
    await lock.unlock();
    expect(codeOf(await answer)).toBe('ok');
  });

  test('are decided on as they are when the lock is had, not as they were before the wait', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 9 WHERE sku = $1', [sku]);
    const answer = ledger.submit(reserve([line(sku, 2)]));
    await untilItWaits();
    await lock.client.query('COMMIT');
    expect(codeOf(await answer)).toBe('insufficient_stock');
    await lock.unlock();
  });
});

describe('the time', () => {
  test('of a create is read after the wait for its lock', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    const answer = ledger.submit(reserve([line(sku)]));
    await untilItWaits();
    const { rows } = await lock.client.query<{ now: number }>(
      'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now',
    );
    await lock.unlock();
    const { created_at } = reservationIn(await answer);
    expect(Date.parse(created_at ?? '')).toBeGreaterThanOrEqual(rows[0]?.now ?? Infinity);
  });
});

describe('reservations', () => {
  test('are decided on as they are when the lock is had', async () => {
    const sku = await ledger.newSku(10);
    const { id } = await ledger.hold(sku);
    const session = await scenario.connect();
    await session.query('BEGIN');
    await session.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);

    const answer = ledger.submit(confirm(id));
    await untilItWaits();
    expect(await lockedOf([sku])).toEqual([]);
    await session.query('COMMIT');

    expect(codeOf(await answer)).toBe('reservation_expired');
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  });

  test('that are due and being given back elsewhere are not waited for', async () => {
    const sku = await ledger.newSku(10);
    const { id } = await ledger.hold(sku, 4);
    await scenario.makeDue(id);
    const session = await scenario.connect();
    await session.query('BEGIN');
    await session.query('SELECT FROM reservations WHERE id = $1 FOR UPDATE', [id]);

    expect(codeOf(await ledger.submit(reserve([line(sku, 7)])))).toBe('insufficient_stock');
    expect(codeOf(await ledger.submit(reserve([line(sku, 6)])))).toBe('ok');

    await session.query('ROLLBACK');
    expect(codeOf(await ledger.submit(reserve([line(sku, 4)])))).toBe('ok');
  });

  test('that are due are given back with all their SKUs, also those that no command names', async () => {
    const [asked, other] = [await ledger.newSku(1), await ledger.newSku(1)];
    const { id } = reservationIn(await ledger.submit(reserve([line(asked), line(other)])));
    await scenario.makeDue(id);
    expect(codeOf(await ledger.submit(reserve([line(asked)])))).toBe('ok');
    expect(await scenario.counters(other)).toEqual([1, 0, 0]);
  });

  test('that are due for other SKUs are left to their job', async () => {
    const [asked, other] = [await ledger.newSku(1), await ledger.newSku(1)];
    const { id } = await ledger.hold(other);
    await scenario.makeDue(id);
    expect(codeOf(await ledger.submit(reserve([line(asked)])))).toBe('ok');
    expect(await scenario.counters(other)).toEqual([1, 1, 0]);
  });

  test('that are due behind a backlog of other SKUs are found by a create that would be short without them', async () => {
    jest.replaceProperty(limits, 'dueHoldsLookedAtMax', 2);
    const [asked, other] = [await ledger.newSku(3), await ledger.newSku(3)];
    const backlog = [await hold(other), await hold(other), await hold(other)];
    await scenario.makeDue(...backlog);
    const mine = [await hold(asked), await hold(asked)];
    await scenario.makeDue(...mine);

    expect(codeOf(await ledger.submit(reserve([line(asked, 1)])))).toBe('ok');
    expect(await scenario.counters(asked)).toEqual([3, 3, 0]);
    expect(codeOf(await ledger.submit(reserve([line(asked, 2)])))).toBe('ok');
    expect(await scenario.counters(asked)).toEqual([3, 3, 0]);
    expect(await scenario.rows(`reservations WHERE id = ANY($1) AND status = 'expired'`, [mine])).toBe(2);
    expect(await scenario.rows(`reservations WHERE id = ANY($1) AND status = 'expired'`, [backlog])).toBe(0);
  });

  test('that are due are not read when no command wants stock', async () => {
    const sku = await ledger.newSku(3);
    const [due, alive] = [await hold(sku), await hold(sku)];
    await scenario.makeDue(due);
    expect(codeOf(await ledger.submit(confirm(alive)))).toBe('ok');
    expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'held'`, [due])).toBe(1);
  });
});
