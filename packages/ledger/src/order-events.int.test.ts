import {
  codeOf,
  confirm,
  line,
  orderCancelled,
  orderCreated,
  orderFulfilled,
  orderPaid,
  release,
} from '@holdfast/testing/vocabulary';
import { scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';
import { newId, type Answer, type IdempotencyKey } from './index.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let other: WatchedLedger;

beforeAll(() => {
  ledger = scenario.openLedger();
  other = scenario.openLedger();
});

const created = (orderId: string, sku: string, quantity = 1) =>
  orderCreated(orderId, [line(sku, quantity)], { reservationId: newId() });

/** Released together; each of two ledgers decides in a batch of its own. */
const atOnce = (calls: readonly (() => Promise<Answer>)[]) => Promise.all(calls.map((call) => call()));

const eventKey = (key: string): IdempotencyKey => ({
  caller: 'event:/orders',
  path: '/v1/events',
  key,
  fingerprint: '',
});

async function eventTypesOf(subject: string): Promise<string[]> {
  const { rows } = await scenario.sql.query<{ type: string }>(
    "SELECT replace(type, 'warehouse.inventory.', '') AS type FROM events WHERE subject = $1 ORDER BY id",
    [subject],
  );
  return rows.map(({ type }) => type);
}

describe('events of one order', () => {
  test('created and cancelled at the same moment in two processes: nothing is held in the end', async () => {
    const sku = await ledger.newSku(1_000);
    for (let round = 1; round <= 60; round += 1) {
      const orderId = newId();
      const [first, second] = round % 2 === 0 ? [ledger, other] : [other, ledger];
      const answers = await atOnce([
        () => first.submit(created(orderId, sku)),
        () => second.submit(orderCancelled(orderId)),
      ]);
      expect(answers.map(codeOf)).toEqual(['ok', 'ok']);
    }
    expect(await scenario.counters(sku)).toEqual([1_000, 0, 0]);
  });

  test('in many orders at once, whichever comes first, wait for each other in no circle', async () => {
    const sku = await ledger.newSku(1_000);
    const orders = Array.from({ length: 40 }, newId);
    const commands = orders.flatMap((orderId) => [
      orderFulfilled(orderId, 'f-1'),
      orderPaid(orderId),
      created(orderId, sku),
    ]);
    const answers = await atOnce([
      ...commands.map((command) => () => ledger.submit(command)),
      ...commands.toReversed().map((command) => () => other.submit(command)),
    ]);
    expect(answers.filter((answer) => codeOf(answer) !== 'ok')).toEqual([]);
    expect(await scenario.counters(sku)).toEqual([960, 0, 0]);
    expect([...ledger.failures, ...other.failures]).not.toContain('conflict');
  });

  test('the same event in two processes at once is done once', async () => {
    const sku = await ledger.newSku(10);
    const orderId = newId();
    const key = eventKey(newId());
    const answers = await atOnce([
      () => ledger.submit(created(orderId, sku), key),
      () => other.submit(created(orderId, sku), key),
    ]);
    expect(answers.filter(({ replayed }) => replayed)).toHaveLength(1);
    expect(await scenario.counters(sku)).toEqual([10, 1, 0]);
  });

  test('one that cannot be processed is decided again, one that was published is not', async () => {
    const sku = await scenario.sku();
    const [unknown, short] = [eventKey(newId()), eventKey(newId())];
    const orderId = newId();
    expect(codeOf(await ledger.submit(created(newId(), `${sku}-not-yet`), unknown))).toBe('unknown_sku');
    await scenario.sql.query('INSERT INTO skus (sku) VALUES ($1)', [`${sku}-not-yet`]);
    expect(await ledger.submit(created(orderId, `${sku}-not-yet`), short)).toMatchObject({
      outcome: { ok: true, order: { refusal: { code: 'insufficient_stock' } } },
    });
    expect(await ledger.submit(created(orderId, `${sku}-not-yet`), short)).toMatchObject({ replayed: true });
    expect(await eventTypesOf(orderId)).toEqual(['reservation_refused']);
  });

  test('a payment that is late takes the stock again if asked, also what other dead holds still have', async () => {
    const sku = await ledger.newSku(2);
    const orderId = newId();
    await ledger.submit(created(orderId, sku));
    await scenario.sql.query('UPDATE reservations SET expires_at = clock_timestamp() WHERE order_id = $1', [
      orderId,
    ]);
    const { id } = await ledger.hold(sku, 2);
    await scenario.makeDue(id);
    expect(await ledger.submit(orderPaid(orderId, { onExpired: 'reacquire' }))).toMatchObject({
      outcome: { ok: true, order: { refusal: null } },
    });
    expect(await scenario.counters(sku)).toEqual([2, 0, 1]);
  });
});

describe('a payment that comes too late', () => {
  test('is published once, for any number of repeats by any caller', async () => {
    const sku = await ledger.newSku(5);
    const { id } = await ledger.hold(sku);
    await ledger.submit(release(id));
    const late = confirm(id, { paymentReference: 'pay-1' });
    const answers = await atOnce([
      () => ledger.submit(late),
      () => other.submit(late),
      () => ledger.submit(late),
    ]);
    await other.submit(confirm(id, { paymentReference: 'pay-2' }));
    expect(answers.map(codeOf)).toEqual(Array(3).fill('invalid_transition'));
    expect((await eventTypesOf(id)).toSorted()).toEqual([
      'confirm_refused',
      'confirm_refused',
      'released',
      'reserved',
    ]);
  });
});

test('every event has a note, which comes and goes with its transaction', async () => {
  const sku = await ledger.newSku(5);
  const { id } = await ledger.hold(sku);
  await ledger.submit(confirm(id));
  const { rows } = await scenario.sql.query(
    `SELECT events.id
     FROM events
     LEFT JOIN (SELECT unnest(event_ids) AS id FROM event_notes) noted USING (id)
     GROUP BY events.id
     HAVING count(noted.id) <> 1`,
  );
  expect(rows).toEqual([]);
});
