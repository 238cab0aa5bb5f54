import {
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  openCommitBreaker,
  together,
  type CommitBreaker,
  type TestDatabase,
} from '@holdfast/testing';
import {
  codeOf,
  confirm,
  count,
  endings,
  keyed,
  line,
  release,
  reservationIn,
  reserve,
} from './fixtures/commands.ts';
import { Shop, type WatchedLedger } from './fixtures/shop.ts';
import { newId, OutcomeUnknown } from './index.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** The same, for a test that sets a smaller one. */
const limits: Record<keyof typeof LEDGER_LIMITS, number> = LEDGER_LIMITS;

const caller = 'orders';

let database: TestDatabase;
let shop: Shop;
let breaker: CommitBreaker;
let ledger: WatchedLedger;
let sku: string;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
});
beforeEach(async () => {
  breaker = await openCommitBreaker(database.url);
  ledger = shop.openLedger(breaker.url);
  sku = await shop.stock(ledger, 10);
  ledger.effects.length = 0;
});
afterEach(async () => {
  jest.restoreAllMocks();
  await ledger.close();
  await breaker.close();
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

describe('a link that breaks after COMMIT was heard', () => {
  test('does not matter: what was committed is the answer, and is not done again', async () => {
    breaker.breakNext('after');
    const answer = await ledger.submit(reserve([line(sku, 2)]));

    expect(breaker.broken).toBe(1);
    expect(ledger.failures).toEqual([]);
    expect(await shop.rows('reservations WHERE id = $1', [reservationIn(answer).id])).toBe(1);
    expect(await shop.counters(sku)).toEqual([10, 2, 0]);
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
    expect(await shop.counters(sku)).toEqual([10, 2, 0]);
  });

  test('does not matter to the others of the batch either', async () => {
    const calls = together(20, () => ledger.submit(reserve([line(sku)])));
    breaker.breakNext('after');
    const ended = endings(await calls);
    expect([breaker.broken, count(ended, 'ok'), count(ended, 'insufficient_stock')]).toEqual([1, 10, 10]);
    expect(await shop.counters(sku)).toEqual([10, 10, 0]);
  });

  test('does not matter to a refusal that changed nothing', async () => {
    breaker.breakNext('after');
    expect(codeOf(await ledger.submit(reserve([line(sku, 11)]), keyed(sku)))).toBe('insufficient_stock');
    expect(breaker.broken).toBe(1);
  });
});

describe('a link that breaks before COMMIT was heard', () => {
  test('the batch is done again, once, and told once', async () => {
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 2)])));
    await eventually(() => ledger.effects.length === 1);
    breaker.breakNext('before');

    expect(codeOf(await ledger.submit(confirm(id)))).toBe('ok');

    expect(breaker.broken).toBe(1);
    expect(ledger.failures).toEqual(['commit_lost']);
    expect(await shop.counters(sku)).toEqual([10, 0, 2]);
    await eventually(() => ledger.effects.length === 2);
    const [sync] = ledger.effects[1]?.syncs ?? [];
    expect(await shop.rows('warehouse_syncs WHERE reservation_id = $1 AND id = $2', [id, sync?.id])).toBe(1);
    expect(await shop.rows('warehouse_syncs WHERE reservation_id = $1', [id])).toBe(1);
  });

  test('a refusal that was told before is no sign that the rest of its batch was written', async () => {
    const { id } = reservationIn(await ledger.submit(reserve([line(sku)])));
    await ledger.submit(release(id));
    const late = confirm(id, { paymentReference: 'pay-1' });
    await ledger.submit(late);
    const elsewhere = await shop.stock(ledger, 1);
    const lock = await shop.lock(elsewhere);
    const waiting = ledger.submit(reserve([line(elsewhere)])); // so that the next two are one batch
    const orderId = newId();
    const paid = {
      kind: 'order-paid',
      orderId,
      paymentReference: null,
      onExpired: 'reject',
      caller,
    } as const;
    breaker.breakNext('before');

    const answers = await Promise.all([ledger.submit(late), ledger.submit(paid, keyed(orderId))]);

    await lock.letGo();
    await waiting;
    expect([breaker.broken, ...answers.map(codeOf)]).toEqual([1, 'invalid_transition', 'ok']);
    expect(await shop.rows('orders WHERE order_id = $1 AND paid_at IS NOT NULL', [orderId])).toBe(1);
  });

  test('a key stands for what was done in the end', async () => {
    breaker.breakNext('before');
    const first = await ledger.submit(reserve([line(sku, 2)]), keyed(sku));
    expect([codeOf(first), first.replayed]).toEqual(['ok', false]);
    expect(await ledger.submit(reserve([line(sku, 2)]), keyed(sku))).toEqual({
      outcome: first.outcome,
      replayed: true,
    });
    expect(await shop.rows('reservation_lines WHERE sku = $1', [sku])).toBe(1);
  });
});

describe('a database that goes away at COMMIT, for good', () => {
  test('leaves the outcome unknown; the same key tells it later', async () => {
    jest.replaceProperty(limits, 'retryBaseMs', 1);
    const command = reserve([line(sku, 2)]);
    breaker.breakNext('after, for good');

    await expect(ledger.submit(command, keyed(sku))).rejects.toThrow(OutcomeUnknown);

    expect(ledger.effects).toEqual([]);
    const later = await shop.openLedger().submit(reserve([line(sku, 2)]), keyed(sku));
    expect(later.replayed).toBe(true);
    expect(reservationIn(later).id).toBe(command.reservationId);
    expect(await shop.counters(sku)).toEqual([10, 2, 0]);
  });
});

describe('a chunk of an import in which no row does anything', () => {
  test.each(['before', 'after'] as const)('is counted once when the link breaks %s COMMIT', async (when) => {
    const importId = newId();
    await shop.sql.query(
      `INSERT INTO stock_imports (id, caller, content_type, state, chunks, rows)
       VALUES ($1, 'wms', 'text/csv', 'queued', 1, 1)`,
      [importId],
    );
    breaker.breakNext(when);
    const rows = [{ row: 1, problem: 'sku: is missing' }];
    const { outcome } = await ledger.submit({
      kind: 'import-stock',
      importId,
      chunk: 1,
      rows,
      caller: 'wms',
    });

    expect(breaker.broken).toBe(1);
    expect(outcome).toEqual({ ok: true, imported: true });
    expect(
      await shop.rows(`stock_imports WHERE id = $1 AND state = 'succeeded' AND rejected = 1`, [importId]),
    ).toBe(1);
  });
});
