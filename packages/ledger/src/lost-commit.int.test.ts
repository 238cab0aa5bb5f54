import { eventually, openCommitBreaker, timed, together, type CommitBreaker } from '@holdfast/testing';
import {
  codeOf,
  confirm,
  line,
  orderPaid,
  release,
  reserve,
  importChunk,
} from '@holdfast/testing/vocabulary';
import {
  count,
  endings,
  keyed,
  reservationIn,
  scenarioOfSuite,
  type WatchedLedger,
  limits,
  waitLongForLocks,
} from './fixtures/ledger-scenario.ts';
import { newId, OutcomeUnknown } from './index.ts';

const scenario = scenarioOfSuite();
let breaker: CommitBreaker;
let ledger: WatchedLedger;
let sku: string;

waitLongForLocks();
beforeEach(async () => {
  breaker = await openCommitBreaker(scenario.url);
  ledger = scenario.openLedger(breaker.url);
  sku = await ledger.newSku(10);
  ledger.effects.length = 0;
});
afterEach(async () => {
  await ledger.close();
  await breaker.close();
});

describe('a link that breaks after COMMIT was heard', () => {
  test('does not matter: what was committed is the answer, and is not done again', async () => {
    breaker.breakNext('after');
    const answer = await ledger.submit(reserve([line(sku, 2)]));

    expect(breaker.broken).toBe(1);
    expect(ledger.failures).toEqual([]);
    expect(await scenario.rows('reservations WHERE id = $1', [reservationIn(answer).id])).toBe(1);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
    await eventually(() => ledger.effects.length === 1);
    expect(ledger.effects[0]?.dueAt).toHaveLength(1);
  });

  test('does not matter to a key: its repeat is a replay', async () => {
    breaker.breakNext('after');
    const first = await ledger.submit(reserve([line(sku, 2)]), keyed(sku));
    expect(first.replayed).toBe(false);
    expect(await ledger.submit(reserve([line(sku, 2)]), keyed(sku))).toEqual({
      outcome: first.outcome,
      replayed: true,
    });
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
  });

  test('does not matter to the others of the batch either', async () => {
    const calls = together(20, () => ledger.submit(reserve([line(sku)])));
    breaker.breakNext('after');
    const ended = endings(await calls);
    expect([breaker.broken, count(ended, 'ok'), count(ended, 'insufficient_stock')]).toEqual([1, 10, 10]);
    expect(await scenario.counters(sku)).toEqual([10, 10, 0]);
  });

  test('does not matter to a refusal that changed nothing', async () => {
    breaker.breakNext('after');
    expect(codeOf(await ledger.submit(reserve([line(sku, 11)]), keyed(sku)))).toBe('insufficient_stock');
    expect(breaker.broken).toBe(1);
  });
});

describe('a link that breaks before COMMIT was heard', () => {
  test('the batch is done again, once, with its events once', async () => {
    const { id } = await ledger.hold(sku, 2);
    await eventually(() => ledger.effects.length === 1);
    breaker.breakNext('before');

    expect(codeOf(await ledger.submit(confirm(id)))).toBe('ok');

    expect(breaker.broken).toBe(1);
    expect(ledger.failures).toEqual(['commit_lost']);
    expect(await scenario.counters(sku)).toEqual([10, 0, 2]);
    await eventually(() => ledger.effects.length === 2);
    const [sync] = ledger.effects[1]?.syncs ?? [];
    expect(await scenario.rows('warehouse_syncs WHERE reservation_id = $1 AND id = $2', [id, sync?.id])).toBe(
      1,
    );
    expect(await scenario.rows('warehouse_syncs WHERE reservation_id = $1', [id])).toBe(1);
  });

  test('a refusal that was published before does not prove that the rest of its batch was written', async () => {
    const { id } = await ledger.hold(sku);
    await ledger.submit(release(id));
    const late = confirm(id, { paymentReference: 'pay-1' });
    await ledger.submit(late);
    const elsewhere = await ledger.newSku(1);
    const lock = await scenario.lock(elsewhere);
    const waiting = ledger.submit(reserve([line(elsewhere)])); // so that the next two are one batch
    const orderId = newId();
    const paid = orderPaid(orderId, { paymentReference: null });
    breaker.breakNext('before');

    const answers = await Promise.all([ledger.submit(late), ledger.submit(paid, keyed(orderId))]);

    await lock.unlock();
    await waiting;
    expect([breaker.broken, ...answers.map(codeOf)]).toEqual([1, 'invalid_transition', 'ok']);
    expect(await scenario.rows('orders WHERE order_id = $1 AND paid_at IS NOT NULL', [orderId])).toBe(1);
  });

  test('a key stands for what was done in the end', async () => {
    breaker.breakNext('before');
    const first = await ledger.submit(reserve([line(sku, 2)]), keyed(sku));
    expect([codeOf(first), first.replayed]).toEqual(['ok', false]);
    expect(await ledger.submit(reserve([line(sku, 2)]), keyed(sku))).toEqual({
      outcome: first.outcome,
      replayed: true,
    });
    expect(await scenario.rows('reservation_lines WHERE sku = $1', [sku])).toBe(1);
  });
});

describe('a database that goes away at COMMIT, for good', () => {
  test('leaves the outcome unknown; the same key has it later', async () => {
    jest.replaceProperty(limits, 'retryBaseMs', 1);
    const command = reserve([line(sku, 2)]);
    breaker.breakNext('after, for good');

    await expect(ledger.submit(command, keyed(sku))).rejects.toThrow(OutcomeUnknown);

    expect(ledger.effects).toEqual([]);
    const later = await scenario.openLedger().submit(reserve([line(sku, 2)]), keyed(sku));
    expect(later.replayed).toBe(true);
    expect(reservationIn(later).id).toBe(command.reservationId);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
  });
});

/** The promise to every caller. */
const ANSWER_WITHIN_MS = 10_000;

describe('a connection that goes silent at COMMIT', () => {
  test('is closed in time; a commit that arrived is answered, and not repeated', async () => {
    breaker.breakNext('silent after');
    const submitted = await timed(() => ledger.submit(reserve([line(sku, 2)])));
    const answer = submitted.value;

    expect(submitted.tookMs).toBeLessThan(submitted.allowedMs(ANSWER_WITHIN_MS));
    expect(ledger.failures).toEqual([]);
    expect(await scenario.rows('reservations WHERE id = $1', [reservationIn(answer).id])).toBe(1);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
  });

  test('before it arrived: the batch is done once more; later callers are served too', async () => {
    breaker.breakNext('silent before');
    const first = ledger.submit(reserve([line(sku, 2)]));
    await eventually(() => breaker.broken === 1);
    const elsewhere = await scenario.openLedger().newSku(5);
    const answered = await timed(() => Promise.all([first, ledger.submit(reserve([line(elsewhere)]))]));
    const [answer, second] = answered.value;

    expect(answered.tookMs).toBeLessThan(answered.allowedMs(ANSWER_WITHIN_MS));
    expect([codeOf(answer), codeOf(second)]).toEqual(['ok', 'ok']);
    expect(ledger.failures).toEqual(['commit_lost']);
    expect(await scenario.counters(sku)).toEqual([10, 2, 0]);
  });

  test('with all other connections: the outcome is unknown, in time, and waiting commands are refused', async () => {
    breaker.breakNext('silent, for good');
    const { tookMs, allowedMs } = await timed(async () => {
      const first = ledger.submit(reserve([line(sku, 2)]), keyed(sku));
      await eventually(() => breaker.broken === 1);
      const others = Promise.allSettled(
        Array.from({ length: 20 }, () => ledger.submit(reserve([line(sku)]))),
      );

      await expect(first).rejects.toThrow(OutcomeUnknown);
      for (const { status } of await others) expect(status).toBe('rejected');
    });
    expect(tookMs).toBeLessThan(allowedMs(ANSWER_WITHIN_MS));
  });
});

describe('a reservation that only takes its payment', () => {
  test.each(['before', 'after'] as const)(
    'has taken it once when the link breaks %s COMMIT',
    async (when) => {
      const { id } = await ledger.hold(sku, 1, { ttlSeconds: null });
      breaker.breakNext(when);
      const answer = await ledger.submit(confirm(id, { paymentReference: 'pay-1' }));
      expect(breaker.broken).toBe(1);
      expect(reservationIn(answer)).toMatchObject({ version: 2, payment_reference: 'pay-1' });
      const taken = `reservations WHERE id = $1 AND version = 2 AND payment_reference = 'pay-1'`;
      expect(await scenario.rows(taken, [id])).toBe(1);
    },
  );
});

describe('a chunk of an import in which no row does anything', () => {
  test.each(['before', 'after'] as const)('is counted once when the link breaks %s COMMIT', async (when) => {
    const importId = newId();
    await scenario.sql.query(
      `INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
       VALUES ($1, 'wms', 'text/csv', 'queued', 1, 1)`,
      [importId],
    );
    breaker.breakNext(when);
    const rows = [{ row: 1, problem: 'sku: is missing' }];
    const { outcome } = await ledger.submit(importChunk(importId, 1, rows));

    expect(breaker.broken).toBe(1);
    expect(outcome).toEqual({ ok: true, imported: 'now' });
    expect(
      await scenario.rows(`stock_imports WHERE id = $1 AND state = 'succeeded' AND rejected = 1`, [importId]),
    ).toBe(1);
  });
});
