import type { Database } from '@holdfast/db';
import { eventually, together } from '@holdfast/testing';
import type { Client } from 'pg';
import { codeOf, confirm, expire, line, release, reserve } from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  keyed,
  scenarioOfSuite,
  type WatchedLedger,
  limits,
  waitLongForLocks,
} from '../fixtures/ledger-scenario.ts';
import type { Answer } from '../index.ts';
import { LEDGER_LIMITS } from '../limits.ts';
import { batchOf, describeCommand } from './entry.ts';
import { strategies } from './locking-strategies.ts';
import { writeChanges } from './write.ts';

const scenario = scenarioOfSuite();
/** Prepares the stock, and changes it while the ledger under test waits. */
let helper: WatchedLedger;
let outsider: Database;

beforeAll(() => {
  outsider = scenario.openDatabase();
});
waitLongForLocks();
beforeEach(() => {
  helper = scenario.openLedger();
});

const untilItWaits = (ledger: WatchedLedger) =>
  eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
const isDue = (id: string) =>
  scenario.rows('reservations WHERE id = $1 AND expires_at <= clock_timestamp()', [id]).then(Boolean);

/** Locks again what `before` lets go: it is next in the queue, so that a batch that reads again has to wait again. */
async function lockAgain(sku: string, before: Client): Promise<Client> {
  const session = await scenario.connect();
  await session.query('BEGIN');
  const { rows } = await session.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const locked = session.query('SELECT FROM stock_levels WHERE sku = $1 FOR UPDATE', [sku]);
  await eventually(
    async () => (await scenario.rows('pg_locks WHERE pid = $1 AND NOT granted', [rows[0]?.pid])) === 1,
  );
  await before.query('COMMIT');
  await locked;
  return session;
}

describe('optimistic', () => {
  let ledger: WatchedLedger;
  let sku: string;
  beforeEach(async () => {
    ledger = scenario.openLedger(undefined, 'optimistic');
    sku = await helper.newSku(10);
  });

  test('a change that is under way is waited for, and noticed', async () => {
    const lock = await scenario.lock(sku);
    const answer = ledger.submit(reserve([line(sku, 8)]));
    await untilItWaits(ledger);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
    await lock.client.query('COMMIT');
    expect(codeOf(await answer)).toBe('insufficient_stock');
    expect(ledger.counted.overtaken).toBe(1);
    await lock.unlock();
  });

  test('a change that is rolled back has overtaken no batch', async () => {
    const lock = await scenario.lock(sku);
    const answer = ledger.submit(reserve([line(sku, 8)]));
    await untilItWaits(ledger);
    await lock.client.query('UPDATE stock_levels SET safety_stock = 3 WHERE sku = $1', [sku]);
    await lock.unlock();
    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.overtaken).toBe(0);
    expect(await scenario.counters(sku)).toEqual([10, 8, 0]);
  });

  test('overtaken so often that it must end, it takes the locks first', async () => {
    const { overtakenMax } = LEDGER_LIMITS;
    const { id } = await helper.hold(sku, 2);
    let { client } = await scenario.lock(sku);
    const answer = ledger.submit(confirm(id));
    for (let time = 0; time <= overtakenMax; time += 1) {
      await untilItWaits(ledger);
      expect(ledger.counted.overtaken).toBe(time);
      await client.query('UPDATE stock_levels SET safety_stock = safety_stock + 1 WHERE sku = $1', [sku]);
      if (time < overtakenMax) client = await lockAgain(sku, client);
    }
    await client.query('COMMIT');

    expect(codeOf(await answer)).toBe('ok');
    expect(ledger.counted.overtaken).toBe(overtakenMax);
    expect(ledger.failures).toEqual([]);
    expect(await scenario.counters(sku)).toEqual([10, 0, 2]);
  });

  test('a reservation that another session has changed meanwhile is decided in its new state', async () => {
    const { id } = await helper.hold(sku, 2);
    const lock = await scenario.lock(sku);
    const late = ledger.submit(confirm(id));
    await untilItWaits(ledger);
    const other = helper.submit(release(id)); // waits for the reservation, which the confirm has locked
    await untilItWaits(helper);
    await lock.unlock();
    expect([codeOf(await late), codeOf(await other)]).toEqual(['ok', 'invalid_transition']);
    expect(await scenario.counters(sku)).toEqual([10, 0, 2]);
  });

  test('what changes nothing takes no lock: it is answered while another session holds them', async () => {
    const { id } = await helper.hold(sku, 3);
    await helper.submit(confirm(id));
    const known = await helper.submit(reserve([line(sku, 2)]), keyed(sku));
    const lock = await scenario.lock(sku);

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

    await lock.unlock();
    expect([ledger.counted.overtaken, ledger.failures.length]).toEqual([0, 0]);
    expect(await scenario.counters(sku)).toEqual([10, 2, 3]);
  });

  test('a create that takes waits for the level, though its neighbours would not', async () => {
    jest.replaceProperty(limits, 'overlapCommandsMin', 1);
    const lock = await scenario.lock(sku);
    const taken = ledger.submit(reserve([line(sku, 6)]));
    await untilItWaits(ledger);
    expect(codeOf(await ledger.submit(reserve([line(sku, 11)])))).toBe('insufficient_stock');
    await lock.unlock();
    expect(codeOf(await taken)).toBe('ok');
  });

  test('a due hold that is given back between two reads does not make stock look sold', async () => {
    const { id } = await helper.hold(sku, 10);
    await scenario.makeDue(id);
    let answer: Promise<Answer> | undefined;
    await outsider.prisma.$transaction(async (tx) => {
      // The due hold's syncs are read with it, by the second look: that waits for this.
      await tx.$executeRaw`LOCK TABLE warehouse_syncs IN ACCESS EXCLUSIVE MODE`;
      answer = ledger.submit(reserve([line(sku, 10)]));
      await untilItWaits(ledger);
      const sweep = {
        ...describeCommand(expire(id)),
        idempotency: null,
        resolve: () => {},
        reject: () => {},
      };
      const how = { dueHoldsMax: 1, lockedRows: [], locksFirst: false };
      const decided = await strategies.pessimistic(tx, batchOf([sweep]), how);
      if (decided === 'overtaken') throw new Error('nothing overtakes it');
      await writeChanges(tx, decided);
    });

    expect(answer && codeOf(await answer)).toBe('ok');
    expect(await scenario.counters(sku)).toEqual([10, 10, 0]);
  });
});

describe.each(['pessimistic', 'optimistic'] as const)('%s', (locking) => {
  let ledger: WatchedLedger;
  let sku: string;
  beforeEach(async () => {
    ledger = scenario.openLedger(undefined, locking);
    sku = await helper.newSku(10);
  });

  test('a create that takes nothing waits for a locked level only when it takes locks first', async () => {
    const lock = await scenario.lock(sku);
    let isAnswered = false;
    const answer = ledger.submit(reserve([line(sku, 11)])).finally(() => (isAnswered = true));
    await eventually(async () => isAnswered || (await scenario.waitingForLock(ledger)) === 1);
    expect(isAnswered).toBe(locking === 'optimistic');
    await lock.unlock();
    expect(codeOf(await answer)).toBe('insufficient_stock');
  });

  test('a hold whose time passes while the lock is waited for is past its time', async () => {
    const { id } = await helper.hold(sku, 2);
    const lock = await scenario.lock(sku);
    await scenario.sql.query(
      `UPDATE reservations SET expires_at = clock_timestamp() + interval '400 ms' WHERE id = $1`,
      [id],
    );
    const late = ledger.submit(confirm(id));
    await untilItWaits(ledger);
    await eventually(() => isDue(id));
    await lock.unlock();

    expect(codeOf(await late)).toBe('reservation_expired');
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
    expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
  });

  test('due holds that another session is giving back are skipped', async () => {
    const due = (await helper.hold(sku, 4)).id;
    await scenario.makeDue(due);
    const session = await scenario.connect();
    await session.query('BEGIN');
    await session.query('SELECT FROM reservations WHERE id = $1 FOR UPDATE', [due]);
    expect(codeOf(await ledger.submit(reserve([line(sku, 7)])))).toBe('insufficient_stock');
    expect(codeOf(await ledger.submit(reserve([line(sku, 6)])))).toBe('ok');
    await session.query('ROLLBACK');
    expect(codeOf(await ledger.submit(reserve([line(sku, 4)])))).toBe('ok');
  });

  test('one of the other kind on the same database: together they sell each unit once', async () => {
    const others = scenario.openLedger(undefined, locking === 'optimistic' ? 'pessimistic' : 'optimistic');
    const ended = endings(
      await together(100, (number) => (number % 2 ? ledger : others).submit(reserve([line(sku)]))),
    );
    expect([count(ended, 'ok'), count(ended, 'insufficient_stock')]).toEqual([10, 90]);
    expect(await scenario.counters(sku)).toEqual([10, 10, 0]);
  });
});
