import type { Command } from '@holdfast/domain';
import { eventually, timed, together, type ForeignLock } from '@holdfast/testing';
import {
  codeOf,
  confirm,
  expire,
  line,
  orderCancelled,
  orderPaymentFailed,
  putCart,
  release,
  reserve,
  setStock,
  WEST,
  importChunk,
  importRow,
} from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
} from './fixtures/ledger-scenario.ts';
import { LedgerOverloaded, newId } from './index.ts';
import { LEDGER_LIMITS } from './limits.ts';

const limits: Record<keyof typeof LEDGER_LIMITS, number> = LEDGER_LIMITS; // a test may set another one
/** Commands that need the locked rows. */
const BLOCKED = 10;
/** Creates of other SKUs, by so many clients. */
const OTHERS = 200;
const CLIENTS = 8;
/** The promise: how long commands are delayed by a locked row that they do not need, beside their own time. */
const DELAY_MAX_MS = 500;
const TRIES = 3;

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let others: string[];

beforeAll(async () => {
  const first = scenario.openLedger();
  others = await Promise.all(Array.from({ length: CLIENTS }, () => first.newSku(100_000)));
});
beforeEach(() => {
  ledger = scenario.openLedger();
});
afterEach(() => jest.restoreAllMocks());

const hold = async (...skus: string[]) =>
  reservationIn(await ledger.submit(reserve(skus.map((sku) => line(sku))))).id;
const holds = (sku: string) => Promise.all(Array.from({ length: BLOCKED }, () => hold(sku)));

/** Clients that create one after the other. Resolves with the duration of each create; `before` is called ahead of each. */
async function createOthers(before: (number: number) => void = () => {}): Promise<readonly number[]> {
  const tookMs: number[] = [];
  let number = 0;
  await Promise.all(
    others.map(async (sku) => {
      for (let each = 0; each < OTHERS / CLIENTS; each += 1) {
        before((number += 1));
        const started = performance.now();
        expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('ok');
        tookMs.push(performance.now() - started);
      }
    }),
  );
  return tookMs;
}

const longest = (times: readonly number[]): number => Math.max(...times);

interface Accident {
  readonly lock: ForeignLock;
  /** Commands that need locked rows. */
  readonly blocked: readonly Command[];
}

async function lockName(orderId: string, lockFunction: string): Promise<ForeignLock> {
  const lock = await scenario.lockRows('orders WHERE order_id = $1', [orderId]); // the name has no row
  await lock.client.query(`SELECT ${lockFunction}(hashtextextended('order:' || $1, 0))`, [orderId]);
  return lock;
}

const accidents: Readonly<Record<string, () => Promise<Accident>>> = {
  'a stock level that creates need': async () => {
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);
    return { lock, blocked: Array.from({ length: BLOCKED }, () => reserve([line(sku)])) };
  },
  'a stock level that creates need together with others': async () => {
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);
    return {
      lock,
      blocked: Array.from({ length: BLOCKED }, (_, n) =>
        reserve([line(others[n % CLIENTS] ?? ''), line(sku)]),
      ),
    };
  },
  'the level of reservations that are confirmed': async () => {
    const sku = await ledger.newSku(100);
    const ids = await holds(sku);
    return { lock: await scenario.lock(sku), blocked: ids.map((id) => confirm(id)) };
  },
  reservations: async () => {
    const ids = await holds(await ledger.newSku(100));
    const lock = await scenario.lockRows('reservations WHERE id = ANY($1)', [ids]);
    return { lock, blocked: ids.map((id) => release(id)) };
  },
  'an order': async () => {
    const orderId = newId();
    await ledger.submit(orderCancelled(orderId));
    const lock = await scenario.lockRows('orders WHERE order_id = $1', [orderId]);
    return {
      lock,
      blocked: Array.from({ length: BLOCKED }, () => orderPaymentFailed(orderId)),
    };
  },
  'the level of orders that are cancelled': async () => {
    const sku = await ledger.newSku(100);
    const orderIds = Array.from({ length: BLOCKED }, () => newId());
    await Promise.all(orderIds.map((orderId) => ledger.submit(reserve([line(sku)], { orderId }))));
    return { lock: await scenario.lock(sku), blocked: orderIds.map(orderCancelled) };
  },
  "an order's name for a cancel, while creates name the order": async () => {
    const [sku, orderId] = [await ledger.newSku(100), newId()];
    const lock = await lockName(orderId, 'pg_advisory_xact_lock');
    return { lock, blocked: Array.from({ length: BLOCKED }, () => reserve([line(sku)], { orderId })) };
  },
  "an order's name for a create, while cancels name the order": async () => {
    const orderId = newId();
    const lock = await lockName(orderId, 'pg_advisory_xact_lock_shared');
    return { lock, blocked: Array.from({ length: BLOCKED }, () => orderCancelled(orderId)) };
  },
  'the level of what carts hold, of which they want nothing more': async () => {
    const sku = await ledger.newSku(100);
    const carts = Array.from({ length: BLOCKED }, () => newId());
    await Promise.all(carts.map((cartId) => ledger.submit(putCart(cartId, [line(sku)]))));
    const lock = await scenario.lock(sku);
    return { lock, blocked: carts.map((cartId) => putCart(cartId, [line(others[0] ?? '')])) };
  },
  'an import': async () => {
    const importId = newId();
    const chunks = Array.from({ length: BLOCKED }, (_, index) => index + 1);
    await scenario.sql.query(
      `INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
       VALUES ($1, 'wms', 'text/csv', 'queued', $2, 0)`,
      [importId, BLOCKED],
    );
    const lock = await scenario.lockRows('stock_imports WHERE id = $1', [importId]);
    const sku = await scenario.sku();
    const rowOf = (chunk: number) => importRow(chunk, sku, { change: { delta: 1 } });
    return { lock, blocked: chunks.map((chunk) => importChunk(importId, chunk, [rowOf(chunk)])) };
  },
  'a SKU that is watched': async () => {
    const sku = await ledger.newSku(100);
    await scenario.sql.query('UPDATE skus SET low_stock_threshold = 5 WHERE sku = $1', [sku]);
    const lock = await scenario.lockRows('skus WHERE sku = $1', [sku]);
    return { lock, blocked: Array.from({ length: BLOCKED }, () => reserve([line(sku)])) };
  },
  'the level of a due hold of a SKU that others need': async () => {
    const sku = await ledger.newSku(100);
    const ids = await Promise.all(others.map((other) => hold(other, sku)));
    await scenario.makeDue(...ids);
    return { lock: await scenario.lock(sku), blocked: [] };
  },
};

describe('while another session keeps a lock on', () => {
  test.each(Object.keys(accidents))(
    '%s: others continue, and blocked commands are done afterwards',
    async (name) => {
      // A slow machine may take longer than these limits.
      jest.replaceProperty(limits, 'blockedTimeMaxMs', 120_000);
      jest.replaceProperty(limits, 'pendingTimeMaxMs', 120_000);
      const ordinaryMs = longest(await createOthers());
      const { lock, blocked } = await (accidents[name] as () => Promise<Accident>)();
      const calls: Promise<string>[] = [];
      const answers: string[] = [];

      const submitBlocked = (number: number) => {
        const command = number % (OTHERS / BLOCKED) === 1 ? blocked[calls.length] : undefined;
        if (!command) return;
        calls.push(ledger.submit(command).then(codeOf, (error: Error) => error.name));
        void calls.at(-1)?.then((answer) => answers.push(answer));
      };
      const { value: tookMs, allowedMs } = await timed(() => createOthers(submitBlocked));

      expect(longest(tookMs)).toBeLessThan(allowedMs(DELAY_MAX_MS) + TRIES * ordinaryMs);
      expect(calls).toHaveLength(blocked.length);
      expect(answers).toEqual([]);
      await lock.unlock();
      expect(await Promise.all(calls)).toEqual(blocked.map(() => 'ok'));
      expect([ledger.blocked, ledger.pending]).toEqual([0, 0]);
    },
  );

  test('two levels, by two sessions: each command continues when its own level is free', async () => {
    const [first, second] = [await ledger.newSku(10), await ledger.newSku(10)];
    const [one, two] = [await scenario.lock(first), await scenario.lock(second)];
    const wantsFirst = ledger.submit(reserve([line(first)]));
    const wantsSecond = ledger.submit(reserve([line(second)]));
    const wantsBoth = ledger.submit(reserve([line(second), line(first)]));
    await eventually(() => ledger.blocked === 3);
    await one.unlock();
    expect(codeOf(await wantsFirst)).toBe('ok');
    expect(ledger.blocked).toBe(2);
    await two.unlock();
    expect([await wantsSecond, await wantsBoth].map(codeOf)).toEqual(['ok', 'ok']);
  });

  test('a level that stays locked: commands that need it are refused after their time, with nothing done', async () => {
    jest.replaceProperty(limits, 'blockedTimeMaxMs', 600);
    const sku = await ledger.newSku(100);
    const [other = ''] = others;
    const lock = await scenario.lock(sku);
    const started = performance.now();
    const ended = endings(await together(BLOCKED, () => ledger.submit(reserve([line(other), line(sku)]))));
    expect(count(ended, 'RowsLocked')).toBe(BLOCKED);
    expect(performance.now() - started).toBeGreaterThan(600);
    await lock.unlock();
    expect(await scenario.counters(sku)).toEqual([100, 0, 0]);
    expect(codeOf(await ledger.submit(reserve([line(sku)])))).toBe('ok');
  });

  test('a level: a command that may not wait is refused at once, and the rest of its batch is done', async () => {
    const [sku, other] = [await ledger.newSku(10), await ledger.newSku(10)];
    const [stuck, free] = [await hold(sku), await hold(other)];
    await scenario.makeDue(stuck, free);
    const lock = await scenario.lock(sku);
    const [refused, done] = await Promise.allSettled(
      [stuck, free].map((id) => ledger.submit(expire(id), null, { waitsForLocks: false })),
    );
    expect(refused).toMatchObject({ status: 'rejected', reason: expect.any(LedgerOverloaded) });
    expect(done).toMatchObject({ status: 'fulfilled', value: { outcome: { ok: true, changed: true } } });
    expect(ledger.blocked).toBe(0);
    await lock.unlock();
  });

  test('a level that more commands need than may wait: the rest is refused at once', async () => {
    jest.replaceProperty(limits, 'blockedLinesMax', 5);
    const sku = await ledger.newSku(100);
    const lock = await scenario.lock(sku);
    const calls = together(12, () => ledger.submit(reserve([line(sku)])));
    await eventually(() => ledger.blocked === 5);
    await lock.unlock();
    const ended = endings(await calls);
    expect([count(ended, 'ok'), count(ended, 'RowsLocked')]).toEqual([5, 7]);
    expect(await scenario.counters(sku)).toEqual([100, 5, 0]);
  });

  test('a level: the ledger still closes, and answers that nothing was done', async () => {
    const sku = await ledger.newSku(10);
    const lock = await scenario.lock(sku);
    const call = ledger.submit(reserve([line(sku)])).catch((error: Error) => error.name);
    await eventually(() => ledger.blocked === 1);
    await ledger.close();
    expect(await call).toBe('RowsLocked');
    await lock.unlock();
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  });
});

describe('commands of one reservation', () => {
  test('keep their order, also when only the first one needs the locked row', async () => {
    const sku = await ledger.newSku(5);
    await ledger.submit(setStock(sku, 5, WEST));
    const id = await hold(sku);
    const lock = await scenario.lockRows('stock_levels WHERE sku = $1 AND location = $2', [sku, WEST]);
    // A confirm may reacquire an expired hold, so it needs every level of the SKU; a release needs only its own.
    const confirmed = ledger.submit(confirm(id, { onExpired: 'reacquire' }));
    const released = ledger.submit(release(id));
    await eventually(() => ledger.blocked > 0);
    const later = ledger.submit(release(id));
    const [other = ''] = others;
    expect(codeOf(await ledger.submit(reserve([line(other)])))).toBe('ok');
    await lock.unlock();
    expect([await confirmed, await released, await later].map(codeOf)).toEqual([
      'ok',
      'invalid_transition',
      'invalid_transition',
    ]);
    expect(await scenario.counters(sku)).toEqual([5, 0, 1]);
  });
});
