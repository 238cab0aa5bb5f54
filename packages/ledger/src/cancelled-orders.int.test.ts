import { setTimeout as wait } from 'node:timers/promises';
import { eventually, together } from '@holdfast/testing';
import type { Command } from '@holdfast/domain';
import {
  codeOf,
  confirm,
  expire,
  fulfill,
  line,
  orderCancelled,
  orderCreated,
  orderPaid,
  release,
  reserve,
  reserveBatch,
} from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger, limits, waitLongForLocks } from './fixtures/ledger-scenario.ts';
import { newId } from './index.ts';

/** Races of each kind, in all. */
const RACES = 500;

const scenario = scenarioOfSuite();

waitLongForLocks();
afterEach(async () => expect(await scenario.rows(ALIVE_AND_CANCELLED)).toBe(0));

const ALIVE_AND_CANCELLED = `reservations
  JOIN orders USING (order_id)
  WHERE status IN ('held', 'confirmed')
    AND orders.cancelled_at IS NOT NULL`;

interface Rival {
  /** Prepares the race; resolves with the reservation that the call names. */
  readonly before: (ledger: WatchedLedger, sku: string, orderId: string) => Promise<string>;
  readonly call: (id: string, sku: string, orderId: string) => Command;
}

const NOTHING_BEFORE: Rival['before'] = () => Promise.resolve(newId());

/** An expired hold of the order, whose stock has been given back. */
async function expired(ledger: WatchedLedger, sku: string, orderId: string): Promise<string> {
  const { id } = await ledger.hold(sku, 1, { orderId });
  await scenario.makeDue(id);
  await ledger.submit(expire(id));
  return id;
}

const RIVALS: Readonly<Record<string, Rival>> = {
  'a create': {
    before: NOTHING_BEFORE,
    call: (id, sku, orderId) => reserve(id, [line(sku)], { orderId }),
  },
  'a create that confirms': {
    before: NOTHING_BEFORE,
    call: (id, sku, orderId) => reserve(id, [line(sku)], { orderId, ttlSeconds: null }),
  },
  'a batch': {
    before: NOTHING_BEFORE,
    call: (id, sku, orderId) => reserveBatch([reserve([line(sku)]), reserve(id, [line(sku)], { orderId })]),
  },
  'a confirm that gives a hold to it': {
    before: async (ledger, sku) => (await ledger.hold(sku)).id,
    call: (id, _sku, orderId) => confirm(id, { orderId }),
  },
  'a confirm that gives sold stock to it': {
    before: async (ledger, sku) => (await ledger.hold(sku, 1, { ttlSeconds: null })).id,
    call: (id, _sku, orderId) => confirm(id, { orderId, paymentReference: 'pay-1' }),
  },
  'a fulfill of a part that gives a hold to it': {
    before: async (ledger, sku) => (await ledger.hold(sku, 2)).id,
    call: (id, sku, orderId) => fulfill(id, [line(sku)], { orderId }),
  },
  'a reacquire': { before: expired, call: (id) => confirm(id, { onExpired: 'reacquire' }) },
  'created, by an event': {
    before: NOTHING_BEFORE,
    call: (reservationId, sku, orderId) => orderCreated(orderId, [line(sku)], { reservationId }),
  },
  'paid, by an event that reacquires': {
    before: expired,
    call: (_id, _sku, orderId) => orderPaid(orderId, { onExpired: 'reacquire' }),
  },
};

describe('at the same time as a cancel of its order', () => {
  const share = Math.ceil(RACES / Object.keys(RIVALS).length);

  test.each(Object.entries(RIVALS))(
    `%s is refused, or ended by it, ${share} times`,
    async (_name, { before, call }) => {
      const ledgers = [scenario.openLedger(), scenario.openLedger()] as const;
      const sku = await ledgers[0].newSku(100_000);
      const rounds = await Promise.all(
        Array.from({ length: share }, async () => {
          const orderId = newId();
          return { orderId, id: await before(ledgers[0], sku, orderId) };
        }),
      );
      for (const [round, { orderId, id }] of rounds.entries()) {
        const [first, second] = round % 2 === 0 ? ledgers : ([ledgers[1], ledgers[0]] as const);
        // They take turns at being called first.
        const [cancelFirst, callFirst] = [orderCancelled(orderId), call(id, sku, orderId)];
        const commands = round % 4 < 2 ? [cancelFirst, callFirst] : [callFirst, cancelFirst];
        const ends = await together(2, (number) =>
          (number === 0 ? first : second).submit(commands[number] as Command),
        );
        expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
        const alive = await scenario.rows(
          `reservations WHERE order_id = $1 AND status IN ('held', 'confirmed')`,
          [orderId],
        );
        expect([round, alive]).toEqual([round, 0]);
      }
      // On a busy machine a cancel may wait for longer than one try; no other failure is expected.
      const failures = ledgers.flatMap(({ failures }) => failures);
      expect(failures.filter((reason) => reason !== 'locked')).toEqual([]);
    },
  );
});

/** A session that locks the order's name, as a cancel does until it commits. */
async function cancelling(orderId: string) {
  const session = await scenario.connect();
  await session.query('BEGIN');
  await session.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`order:${orderId}`]);
  return session;
}

describe('for an order that is being cancelled', () => {
  test('a create waits for the cancel, and locks neither a level nor a due hold', async () => {
    const [ledger, other] = [scenario.openLedger(), scenario.openLedger()];
    const sku = await ledger.newSku(10);
    const { id } = await ledger.hold(sku, 10);
    await scenario.makeDue(id);
    const orderId = newId();
    const canceller = await cancelling(orderId);
    const waiting = ledger.submit(reserve([line(sku)], { orderId }));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
    expect(codeOf(await other.submit(reserve([line(sku, 9)])))).toBe('ok');
    await canceller.query('COMMIT');
    expect(codeOf(await waiting)).toBe('ok');
    expect(await scenario.counters(sku)).toEqual([10, 10, 0]);
  });

  test('a confirm waits for the cancel, and does not lock its reservation', async () => {
    const [ledger, other] = [scenario.openLedger(), scenario.openLedger()];
    const sku = await ledger.newSku(10);
    const { id } = await ledger.hold(sku);
    const orderId = newId();
    const canceller = await cancelling(orderId);
    const waiting = ledger.submit(confirm(id, { orderId }));
    await eventually(async () => (await scenario.waitingForLock(ledger)) === 1);
    expect(codeOf(await other.submit(release(id)))).toBe('ok');
    await canceller.query('COMMIT');
    expect(codeOf(await waiting)).toBe('invalid_transition');
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  });
});

test('an order that is cancelled again each time that stock is given to it: the call is refused, and does not hang', async () => {
  jest.replaceProperty(limits, 'retryTimeMaxMs', 200);
  jest.replaceProperty(limits, 'retryTimeMinMs', 100);
  const ledger = scenario.openLedger();
  const sku = await ledger.newSku(5);
  const orderId = `o-${newId()}`;
  const id = await expired(ledger, sku, orderId);
  await scenario.sql.query('INSERT INTO orders (order_id) VALUES ($1)', [orderId]);
  await scenario.sql.query(`
    CREATE FUNCTION cancel_again() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE orders SET cancelled_at = now() WHERE order_id = '${orderId}';
      RETURN NULL;
    END $$;
    CREATE TRIGGER cancel_again AFTER INSERT ON line_allocations FOR EACH ROW EXECUTE FUNCTION cancel_again()`);
  const ended = ledger
    .submit(confirm(id, { onExpired: 'reacquire' }))
    .then(codeOf, (error: Error) => error.name);
  const hangs = await Promise.race([ended.then(() => false), wait(3_000, true, { ref: false })]);
  await scenario.sql.query('DROP TRIGGER cancel_again ON line_allocations');
  expect(hangs).toBe(false);
  expect(await ended).toBe('LedgerOverloaded');
  jest.restoreAllMocks();
});
