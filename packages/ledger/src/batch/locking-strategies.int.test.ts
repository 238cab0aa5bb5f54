import { openDatabase, type Database } from '@holdfast/db';
import {
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  together,
  type TestDatabase,
} from '@holdfast/testing';
import type { Client } from 'pg';
import {
  codeOf,
  confirm,
  count,
  endings,
  expire,
  keyed,
  line,
  release,
  reservationIn,
  reserve,
} from '../fixtures/commands.ts';
import { Shop, type WatchedLedger } from '../fixtures/shop.ts';
import type { Answer } from '../index.ts';
import { LEDGER_LIMITS } from '../limits.ts';
import { strategies } from './locking-strategies.ts';
import { writeChanges } from './write.ts';

/** The same, for a test that sets a smaller one. */
const limits: Record<keyof typeof LEDGER_LIMITS, number> = LEDGER_LIMITS;

let database: TestDatabase;
let shop: Shop;
/** Sets the stage: takes and gives while the ledger under test is held up. */
let helper: WatchedLedger;
let outsider: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
  helper = shop.openLedger();
  outsider = openDatabase(database.url, { poolMax: 1, applicationName: 'stranger' });
});
afterEach(async () => {
  jest.restoreAllMocks();
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
});
afterAll(async () => {
  await outsider.close();
  await shop.close();
  await database.drop();
});

const untilItWaits = (ledger: WatchedLedger) =>
  eventually(async () => (await shop.waitingForLock(ledger)) === 1);
const isDue = (id: string) =>
  shop.rows('reservations WHERE id = $1 AND expires_at <= clock_timestamp()', [id]).then(Boolean);

/**
 * Holds up, between its two looks, every batch that names a reservation and has a key: it has seen levels, and waits for
 * this lock on the table of keys. Commands without a key pass.
 */
async function holdUpReading(): Promise<Client> {
  const stranger = await shop.connect();
  await stranger.query('BEGIN');
  await stranger.query('LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');
  return stranger;
}

/** Locks again what `before` lets go: the next in the line, so that whoever reads once more is held up once more. */
async function holdUpAgain(before: Client): Promise<Client> {
  const stranger = await shop.connect();
  await stranger.query('BEGIN');
  const { rows } = await stranger.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const locked = stranger.query('LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE');
  await eventually(
    async () => (await shop.rows('pg_locks WHERE pid = $1 AND NOT granted', [rows[0]?.pid])) === 1,
  );
  await before.query('COMMIT');
  await locked;
  return stranger;
}

const isLocked = async (sku: string) =>
  (await shop.rows('(SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE SKIP LOCKED) free', [sku])) === 0;

describe('optimistic', () => {
  let ledger: WatchedLedger;
  let sku: string;
  beforeEach(async () => {
    ledger = shop.openLedger(undefined, 'optimistic');
    sku = await shop.stock(helper, 10);
  });

  test('what was overtaken is decided again on what is there then', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 2)])));
    const held = await holdUpReading();
    const answer = ledger.submit(confirm(id), keyed(sku));
    await untilItWaits(ledger);
    expect(await isLocked(sku)).toBe(false);
    await helper.submit(reserve([line(sku, 3)]));
    await held.query('COMMIT');

    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.overtaken).toBe(1);
    expect(ledger.failures).toEqual([]);
    expect(await shop.counters(sku)).toEqual([10, 3, 2]);
  });

  test('a change that is under way is waited for, and noticed', async () => {
    const lock = await shop.lock(sku);
    const answer = ledger.submit(reserve([line(sku, 8)]));
    await untilItWaits(ledger);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
    await lock.client.query('COMMIT');
    expect(codeOf(await answer)).toBe('insufficient_stock');
    expect(ledger.counted.overtaken).toBe(1);
    await lock.letGo();
  });

  test('a change that comes to nothing has overtaken nobody', async () => {
    const lock = await shop.lock(sku);
    const answer = ledger.submit(reserve([line(sku, 8)]));
    await untilItWaits(ledger);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
    await lock.letGo();
    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.overtaken).toBe(0);
    expect(await shop.counters(sku)).toEqual([10, 8, 0]);
  });

  test('overtaken so often that it must end, it takes the locks first', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 2)])));
    let held = await holdUpReading();
    const answer = ledger.submit(confirm(id), keyed(sku));
    for (let time = 1; time <= LEDGER_LIMITS.overtakenMax; time += 1) {
      await untilItWaits(ledger);
      expect([await isLocked(sku), ledger.counted.overtaken]).toEqual([false, time - 1]);
      await helper.submit(reserve([line(sku)]));
      held = await holdUpAgain(held);
    }
    await untilItWaits(ledger);
    expect([await isLocked(sku), ledger.counted.overtaken]).toEqual([true, LEDGER_LIMITS.overtakenMax]);
    await held.query('COMMIT');

    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.overtaken).toBe(LEDGER_LIMITS.overtakenMax);
    expect(ledger.failures).toEqual([]);
    expect(await shop.counters(sku)).toEqual([10, LEDGER_LIMITS.overtakenMax, 2]);
  });

  test('a reservation that somebody else has changed meanwhile is decided on as it is then', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 2)])));
    const lock = await shop.lock(sku);
    const late = ledger.submit(confirm(id));
    await untilItWaits(ledger);
    const stranger = helper.submit(release(id)); // waits for the reservation, which the confirm has locked
    await untilItWaits(helper);
    await lock.letGo();
    expect([codeOf(await late), codeOf(await stranger)]).toEqual(['ok', 'invalid_transition']);
    expect(await shop.counters(sku)).toEqual([10, 0, 2]);
  });

  test('what changes nothing takes no lock: it is answered while somebody else holds them', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 3)])));
    await helper.submit(confirm(id));
    const known = await helper.submit(reserve([line(sku, 2)]), keyed(sku));
    const lock = await shop.lock(sku);

    // A sold-out refusal, one that names no stock, two replays, a repeat, and what is not possible in this state.
    expect(codeOf(await ledger.submit(reserve([line(sku, 6)]), keyed(`${sku} refused`)))).toBe(
      'insufficient_stock',
    );
    expect(codeOf(await ledger.submit(reserve([line('NO-SUCH')])))).toBe('unknown_sku');
    expect(await ledger.submit(reserve([line(sku, 2)]), keyed(sku))).toEqual({
      outcome: known.outcome,
      replayed: true,
    });
    expect(await ledger.submit(reserve([line(sku, 6)]), keyed(`${sku} refused`))).toMatchObject({
      replayed: true,
    });
    expect(codeOf(await ledger.submit(confirm(id)))).toBe('ok');
    expect(codeOf(await ledger.submit(release(id)))).toBe('invalid_transition');

    await lock.letGo();
    expect([ledger.counted.overtaken, ledger.failures.length]).toEqual([0, 0]);
    expect(await shop.counters(sku)).toEqual([10, 2, 3]);
  });

  test('a create that takes waits for the level, though its neighbours would not', async () => {
    jest.replaceProperty(limits, 'overlapCommandsMin', 1);
    const lock = await shop.lock(sku);
    const taken = ledger.submit(reserve([line(sku, 6)]));
    await untilItWaits(ledger);
    expect(codeOf(await ledger.submit(reserve([line(sku, 11)])))).toBe('insufficient_stock');
    await lock.letGo();
    expect(codeOf(await taken)).toBe('ok');
  });

  test('a due hold that somebody gives back between two looks does not make stock look sold', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 10)])));
    await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    let answer: Promise<Answer> | undefined;
    await outsider.prisma.$transaction(async (tx) => {
      // The due hold's syncs are read with it, by the second look: that waits for this.
      await tx.$executeRaw`LOCK TABLE warehouse_syncs IN ACCESS EXCLUSIVE MODE`;
      answer = ledger.submit(reserve([line(sku, 10)]));
      await untilItWaits(ledger);
      const sweep = { command: expire(id), idempotency: null, resolve: () => {}, reject: () => {} };
      const { changes, reading } = await strategies.pessimistic(tx, [sweep], 1);
      await writeChanges(tx, changes, reading.now);
    });

    expect(answer && codeOf(await answer)).toBe('ok');
    expect(await shop.counters(sku)).toEqual([10, 10, 0]);
  });

  test('nor does a hold that is had again', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 10)])));
    await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    const held = await holdUpReading();
    const answer = ledger.submit(confirm(id, { onExpired: 'reacquire' }), keyed(sku));
    await untilItWaits(ledger);
    await helper.submit(expire(id));
    await held.query('COMMIT');

    expect(codeOf(await answer)).toBe('ok');
    expect(await shop.counters(sku)).toEqual([10, 0, 10]);
  });
});

describe.each(['pessimistic', 'optimistic'] as const)('%s', (locking) => {
  let ledger: WatchedLedger;
  let sku: string;
  beforeEach(async () => {
    ledger = shop.openLedger(undefined, locking);
    sku = await shop.stock(helper, 10);
  });

  test('a create that takes nothing waits for a locked level only when it takes locks first', async () => {
    const lock = await shop.lock(sku);
    let isAnswered = false;
    const answer = ledger.submit(reserve([line(sku, 11)])).finally(() => (isAnswered = true));
    await eventually(async () => isAnswered || (await shop.waitingForLock(ledger)) === 1);
    expect(isAnswered).toBe(locking === 'optimistic');
    await lock.letGo();
    expect(codeOf(await answer)).toBe('insufficient_stock');
  });

  test('a hold whose time passes while the lock is waited for is past its time', async () => {
    const { id } = reservationIn(await helper.submit(reserve([line(sku, 2)])));
    const lock = await shop.lock(sku);
    await shop.sql.query(
      `UPDATE reservations SET expires_at = clock_timestamp() + interval '400 ms' WHERE id = $1`,
      [id],
    );
    const late = ledger.submit(confirm(id));
    await untilItWaits(ledger);
    await eventually(() => isDue(id));
    await lock.letGo();

    expect(codeOf(await late)).toBe('reservation_expired');
    expect(await shop.counters(sku)).toEqual([10, 0, 0]);
    expect(await shop.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
  });

  test('due holds that somebody else is just giving back are passed over', async () => {
    const due = reservationIn(await helper.submit(reserve([line(sku, 4)]))).id;
    await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [due]);
    const stranger = await shop.connect();
    await stranger.query('BEGIN');
    await stranger.query('SELECT FROM reservations WHERE id = $1 FOR UPDATE', [due]);
    expect(codeOf(await ledger.submit(reserve([line(sku, 7)])))).toBe('insufficient_stock');
    expect(codeOf(await ledger.submit(reserve([line(sku, 6)])))).toBe('ok');
    await stranger.query('ROLLBACK');
    expect(codeOf(await ledger.submit(reserve([line(sku, 4)])))).toBe('ok');
  });

  test('one of the other kind on the same database: together they sell each unit once', async () => {
    const others = shop.openLedger(undefined, locking === 'optimistic' ? 'pessimistic' : 'optimistic');
    const ended = endings(
      await together(100, (number) => (number % 2 ? ledger : others).submit(reserve([line(sku)]))),
    );
    expect([count(ended, 'ok'), count(ended, 'insufficient_stock')]).toEqual([10, 90]);
    expect(await shop.counters(sku)).toEqual([10, 10, 0]);
  });
});
