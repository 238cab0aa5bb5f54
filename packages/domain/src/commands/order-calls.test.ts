import {
  cancelOrder,
  codeOf,
  confirmOrder,
  fulfillOrder,
  line,
  orderCreated,
  orderFulfilled,
  orderPaid,
  reserve,
} from '@holdfast/testing/vocabulary';
import type { Command } from '../commands.ts';
import { iso, level, NOTHING, NOW, published, Scenario } from '../fixtures/scenario.ts';

// Calls about an order: of all its reservations, by the rules of its events.

const hold = (id: string, quantity = 2, rest: object = {}) =>
  reserve(id, [line('MUG', quantity)], { orderId: 'o-1', ...rest });

/** Holds `old` and `new` of two mugs each, the first of which ends after a minute. */
const twoHolds = (onHand = 10) =>
  new Scenario([level('MUG', onHand), level('TEE', 9)]).after(
    hold('old', 2, { ttlSeconds: 60 }),
    hold('young'),
  );

/** The effects of an answer, as in `confirmed r1`, or the code of the refusal. */
function resultsOf({ outcome }: ReturnType<Scenario['submit']>): readonly string[] | string {
  if (!outcome.ok || !('answer' in outcome)) return codeOf(outcome);
  return outcome.answer.results.map(({ effect, reservationId, refusal }) =>
    [effect, reservationId ?? [], refusal?.code ?? []].flat().join(' '),
  );
}

const statuses = (scenario: Scenario) =>
  scenario.snapshot.reservations.map(({ id, status }) => `${id} ${status}`);

describe('an order that nothing is known of', () => {
  test.each<[string, Command]>([
    ['confirm', confirmOrder('o-1')],
    ['fulfill', fulfillOrder('o-1', null, 'f-1')],
  ])('%s: not_found', (_verb, call) => {
    const { outcome, changes } = new Scenario([level('MUG', 1)]).submit(call);
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('cancel remembers that it is cancelled: nothing is reserved for it later', () => {
    const scenario = new Scenario([level('MUG', 1)]);
    const cancelled = scenario.submit(cancelOrder('o-1'));
    expect(resultsOf(cancelled)).toEqual(['remembered']);
    expect(cancelled.outcome).toMatchObject({
      answer: { order: { order_id: 'o-1', paid_at: null, cancelled_at: iso(NOW), reservations: [] } },
    });
    expect(codeOf(scenario.submit(hold('late', 1)).outcome)).toBe('order_cancelled');
    expect(codeOf(scenario.submit(confirmOrder('o-1')).outcome)).toBe('order_cancelled');
  });
});

describe('confirm', () => {
  test('confirms all holds, oldest first, and answers the order with them', () => {
    const scenario = twoHolds();
    const confirmed = scenario.submit(confirmOrder('o-1', { paymentReference: 'pay-7' }));
    expect(resultsOf(confirmed)).toEqual(['confirmed old', 'confirmed young']);
    expect(confirmed.outcome).toMatchObject({
      answer: {
        order: {
          paid_at: iso(NOW),
          reservations: [
            { id: 'old', status: 'confirmed', payment_reference: 'pay-7' },
            { id: 'young', status: 'confirmed' },
          ],
        },
      },
    });
    expect(resultsOf(scenario.submit(confirmOrder('o-1', { paymentReference: 'pay-7' })))).toEqual([]);
  });

  test('atomic: when one is refused, nothing is done, but its payment is refused as by its own confirm', () => {
    const scenario = twoHolds();
    scenario.passTime(60);
    scenario.decide();
    const { outcome, changes } = scenario.submit(confirmOrder('o-1'));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'reservation_expired',
        detail: expect.stringContaining('Reservation old: ') as string,
        currentStatus: 'expired',
      },
    });
    expect(changes).toMatchObject({
      ...NOTHING,
      refusals: [{ reservationId: 'old', changed: { final: false } }],
      refusedPayments: [{ reservationId: 'old', final: false }],
    });
    expect(statuses(scenario)).toEqual(['old expired', 'young held']);
  });

  test('atomic, with reacquire: what was reacquired is given up when another is short', () => {
    const scenario = new Scenario([level('MUG', 4), level('TEE', 2)]);
    scenario.after(
      hold('mugs', 4, { ttlSeconds: 60 }),
      reserve('tees', [line('TEE', 2)], { orderId: 'o-1', ttlSeconds: 60 }),
    );
    scenario.passTime(60);
    scenario.submit(reserve('other', [line('TEE', 1)]));
    const { outcome, changes } = scenario.submit(confirmOrder('o-1', { onExpired: 'reacquire' }));
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject({
      ...NOTHING,
      refusals: [{ reservationId: 'tees' }],
      refusedPayments: [{}],
    });
    expect(scenario.counters('MUG')).toEqual([4, 0, 0]);
  });

  test('not atomic: what can be is confirmed, and each that is refused says why', () => {
    const scenario = twoHolds();
    scenario.passTime(60);
    expect(resultsOf(scenario.submit(confirmOrder('o-1', { atomic: false })))).toEqual([
      'refused old reservation_expired',
      'confirmed young',
    ]);
    expect(statuses(scenario)).toEqual(['old expired', 'young confirmed']);
  });

  test('a cancelled order is refused, also for a payment that it had before', () => {
    const scenario = twoHolds().after(confirmOrder('o-1'), cancelOrder('o-1'));
    for (const atomic of [true, false]) {
      expect(resultsOf(scenario.submit(confirmOrder('o-1', { atomic })))).toBe('order_cancelled');
    }
  });

  test('what was paid before it is created is not unknown', () => {
    const scenario = new Scenario([level('MUG', 5)]).after(orderPaid('o-1'));
    expect(resultsOf(scenario.submit(confirmOrder('o-1')))).toEqual([]);
  });
});

describe('cancel', () => {
  test('ends what is held and what is confirmed, and a repeat ends nothing more', () => {
    const scenario = twoHolds().after(hold('sold', 1, { ttlSeconds: null }));
    const { outcome } = scenario.submit(cancelOrder('o-1', 'fraud'));
    expect(outcome).toMatchObject({
      answer: {
        order: {
          reservations: [
            { id: 'old', status: 'released', release_reason: 'fraud' },
            { id: 'sold', status: 'cancelled', release_reason: 'fraud' },
            { id: 'young', status: 'released', release_reason: 'fraud' },
          ],
        },
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    const again = scenario.submit(cancelOrder('o-1'));
    expect(resultsOf(again)).toEqual([]);
    expect(again.changes).toMatchObject(NOTHING);
  });

  test('when all has left it is refused', () => {
    const scenario = twoHolds().after(fulfillOrder('o-1'));
    expect(scenario.submit(cancelOrder('o-1'))).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'fulfilled' } },
      changes: NOTHING,
    });
  });
});

const fulfilledIn = (scenario: Scenario) =>
  scenario.snapshot.reservations.map(
    ({ id, lines }) => `${id} ${lines.map((each) => each.fulfilledQuantity).join('+')}`,
  );

// An event and a call are one rule: each case holds for both.
describe.each([
  ['the call', (parts: Parameters<typeof fulfillOrder>[1], id: string) => fulfillOrder('o-1', parts, id)],
  ['the event', (parts: Parameters<typeof fulfillOrder>[1], id: string) => orderFulfilled('o-1', id, parts)],
])('fulfill, by %s', (_by, shipped) => {
  test('lines are spread over the reservations, oldest first', () => {
    const scenario = twoHolds();
    const { changes } = scenario.submit(shipped([line('MUG', 3)], 'f-1'));
    expect(fulfilledIn(scenario)).toEqual(['old 2', 'young 1']);
    expect(published(changes).events).toEqual([
      'confirmed old',
      'deducted old',
      'confirmed young',
      'deducted young',
    ]);
    expect(scenario.counters('MUG')).toEqual([7, 0, 1]);
  });

  test('a location is that of allocations, wherever they are; the rest is for lines that name none', () => {
    const scenario = new Scenario([level('MUG', 9, 'EAST'), level('MUG', 9, 'WEST')]).after(
      reserve('r1', [line('MUG', 2, 'EAST')], { orderId: 'o-1' }),
      reserve('r2', [line('MUG', 1, 'EAST'), line('MUG', 2, 'WEST')], { orderId: 'o-1' }),
    );
    scenario.submit(shipped([line('MUG', 1), line('MUG', 3, 'EAST')], 'f-1'));
    expect(fulfilledIn(scenario)).toEqual(['r1 2', 'r2 1+1']);
  });

  test('a fulfillment counts once over all of them, and with other lines it is refused', () => {
    const scenario = twoHolds().after(shipped([line('MUG', 3)], 'f-1'));
    const again = scenario.submit(shipped([line('MUG', 1), line('MUG', 2)], 'f-1'));
    expect(codeOf(again.outcome)).toBe('ok');
    expect(again.changes).toMatchObject(NOTHING);
    expect(codeOf(scenario.submit(shipped([line('MUG', 2)], 'f-1')).outcome)).toBe('idempotency_key_reused');
    expect(codeOf(scenario.submit(shipped(null, 'f-1')).outcome)).toBe('idempotency_key_reused');
    expect(scenario.counters('MUG')).toEqual([7, 0, 1]);
  });

  test.each([
    ['more than all of them have', [line('MUG', 5)], { requested: 5, remaining: 4 }],
    ['a SKU that none has', [line('MUG', 1), line('TEE', 1)], { sku: 'TEE', remaining: 0 }],
  ])('%s is refused, and nothing is deducted', (_what, parts, excess) => {
    const { outcome, changes } = twoHolds().submit(shipped(parts, 'f-1'));
    expect(outcome).toMatchObject({ refusal: { code: 'quantity_exceeds_remaining', lines: [excess] } });
    expect(changes).toMatchObject(NOTHING);
    const ofOne = new Scenario([level('MUG', 9), level('TEE', 9)])
      .after(hold('one'))
      .submit(shipped(parts, 'f-1'));
    for (const each of [outcome, ofOne.outcome]) {
      expect(each).toMatchObject({ refusal: { detail: expect.stringContaining('than the order has left') } });
    }
  });

  test('one that cannot go out takes the others back', () => {
    const scenario = new Scenario([level('MUG', 4), level('TEE', 1)]).after(
      hold('mugs', 2),
      reserve('tees', [line('TEE', 1)], { orderId: 'o-1' }),
    );
    scenario.damage('TEE', 'EAST', { onHand: 0 });
    const { outcome, changes } = scenario.submit(shipped([line('MUG', 2), line('TEE', 1)], 'f-1'));
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject({ ...NOTHING, events: [] });
  });
});

test('without a fulfillment_id, what is not reserved yet is not remembered', () => {
  const scenario = new Scenario([level('MUG', 5)]).after(orderPaid('o-1'));
  expect(resultsOf(scenario.submit(fulfillOrder('o-1')))).toBe('not_found');
  expect(resultsOf(scenario.submit(fulfillOrder('o-1', null, 'f-1')))).toEqual(['remembered']);
  scenario.submit(orderCreated('o-1', [line('MUG', 2)]));
  expect(scenario.counters('MUG')).toEqual([3, 0, 0]);
});
