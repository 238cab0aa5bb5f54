import type { Command } from '@holdfast/domain';
import { checkLedgerInvariants, createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { codeOf, confirm, line, release, reservationIn, reserve } from './fixtures/commands.ts';
import { Shop, type WatchedLedger } from './fixtures/shop.ts';
import { newId, type Answer, type IdempotencyKey } from './index.ts';

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
afterEach(async () => {
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

const caller = 'orders';

function created(orderId: string, sku: string, quantity = 1): Command {
  const wanted = reserve([line(sku, quantity)], { orderId });
  return { kind: 'order-created', orderId, reserve: wanted, caller };
}
const cancelled = (orderId: string): Command => ({ kind: 'order-cancelled', orderId, reason: null, caller });
const paid = (orderId: string, onExpired: 'reject' | 'reacquire' = 'reject'): Command => ({
  kind: 'order-paid',
  orderId,
  paymentReference: `pay-${orderId}`,
  onExpired,
  caller,
});
const fulfilled = (orderId: string): Command => ({
  kind: 'order-fulfilled',
  orderId,
  fulfillmentId: 'f-1',
  parts: null,
  caller,
});

/** Released together; each of two ledgers decides in a batch of its own. */
const atOnce = (calls: readonly (() => Promise<Answer>)[]) => Promise.all(calls.map((call) => call()));

const eventKey = (key: string): IdempotencyKey => ({
  caller: 'event:/orders',
  path: '/v1/events',
  key,
  fingerprint: '',
});

async function typesToldOf(subject: string): Promise<string[]> {
  const { rows } = await shop.sql.query<{ type: string }>(
    "SELECT replace(type, 'warehouse.inventory.', '') AS type FROM events WHERE subject = $1 ORDER BY id",
    [subject],
  );
  return rows.map(({ type }) => type);
}

describe('events of one order', () => {
  test('created and cancelled at the same moment in two processes: nothing is held in the end', async () => {
    const sku = await shop.stock(ledger, 1_000);
    for (let round = 1; round <= 60; round += 1) {
      const orderId = newId();
      const [first, second] = round % 2 === 0 ? [ledger, other] : [other, ledger];
      const answers = await atOnce([
        () => first.submit(created(orderId, sku)),
        () => second.submit(cancelled(orderId)),
      ]);
      expect(answers.map(codeOf)).toEqual(['ok', 'ok']);
    }
    expect(await shop.counters(sku)).toEqual([1_000, 0, 0]);
  });

  test('in many orders at once, whichever comes first, wait for each other in no circle', async () => {
    const sku = await shop.stock(ledger, 1_000);
    const orders = Array.from({ length: 40 }, newId);
    const commands = orders.flatMap((orderId) => [fulfilled(orderId), paid(orderId), created(orderId, sku)]);
    const answers = await atOnce([
      ...commands.map((command) => () => ledger.submit(command)),
      ...commands.toReversed().map((command) => () => other.submit(command)),
    ]);
    expect(answers.filter((answer) => codeOf(answer) !== 'ok')).toEqual([]);
    expect(await shop.counters(sku)).toEqual([960, 0, 0]);
    expect([...ledger.failures, ...other.failures].filter((reason) => reason !== 'key_taken')).toEqual([]);
  });

  test('the same event in two processes at once is done once', async () => {
    const sku = await shop.stock(ledger, 10);
    const orderId = newId();
    const key = eventKey(newId());
    const answers = await atOnce([
      () => ledger.submit(created(orderId, sku), key),
      () => other.submit(created(orderId, sku), key),
    ]);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(1);
    expect(await shop.counters(sku)).toEqual([10, 1, 0]);
  });

  test('one that cannot be processed is decided anew, one that was told is not', async () => {
    const sku = await shop.sku();
    const [unknown, short] = [eventKey(newId()), eventKey(newId())];
    const orderId = newId();
    expect(codeOf(await ledger.submit(created(newId(), `${sku}-not-yet`), unknown))).toBe('unknown_sku');
    await shop.sql.query('INSERT INTO skus (sku) VALUES ($1)', [`${sku}-not-yet`]);
    expect(await ledger.submit(created(orderId, `${sku}-not-yet`), short)).toMatchObject({
      outcome: { ok: true, order: { refusal: { code: 'insufficient_stock' } } },
    });
    expect(await ledger.submit(created(orderId, `${sku}-not-yet`), short)).toMatchObject({ replayed: true });
    expect(await typesToldOf(orderId)).toEqual(['reservation_refused']);
  });

  test('a payment that is late takes the stock again if asked, also what other dead holds still have', async () => {
    const sku = await shop.stock(ledger, 2);
    const orderId = newId();
    await ledger.submit(created(orderId, sku));
    await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE order_id = $1', [
      orderId,
    ]);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku, 2)])));
    await shop.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    expect(await ledger.submit(paid(orderId, 'reacquire'))).toMatchObject({
      outcome: { ok: true, order: { refusal: null } },
    });
    expect(await shop.counters(sku)).toEqual([2, 0, 1]);
  });
});

describe('a payment that comes too late', () => {
  test('is told once, however often and by whomever it is repeated', async () => {
    const sku = await shop.stock(ledger, 5);
    const { id } = reservationIn(await ledger.submit(reserve([line(sku)])));
    await ledger.submit(release(id));
    const late = confirm(id, { paymentReference: 'pay-1' });
    const answers = await atOnce([
      () => ledger.submit(late),
      () => other.submit(late),
      () => ledger.submit(late),
    ]);
    await other.submit(confirm(id, { paymentReference: 'pay-2' }));
    expect(answers.map(codeOf)).toEqual(Array(3).fill('invalid_transition'));
    expect((await typesToldOf(id)).toSorted()).toEqual([
      'confirm_refused',
      'confirm_refused',
      'released',
      'reserved',
    ]);
  });
});

test('every event has a note, which comes and goes with its transaction', async () => {
  const sku = await shop.stock(ledger, 5);
  const { id } = reservationIn(await ledger.submit(reserve([line(sku)])));
  await ledger.submit(confirm(id));
  const { rows } = await shop.sql.query(
    `SELECT events.id
     FROM events
     LEFT JOIN (SELECT unnest(event_ids) AS id FROM event_notes) noted USING (id)
     GROUP BY events.id
     HAVING count(noted.id) <> 1`,
  );
  expect(rows).toEqual([]);
});
