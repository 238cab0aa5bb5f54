import {
  line,
  orderCancelled,
  orderCreated,
  orderFulfilled,
  orderPaid,
  orderPaymentFailed,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario, published } from '../fixtures/scenario.ts';

const created = (quantity = 2) => orderCreated('o-1', [line('MUG', quantity)]);

const scenarioWith = (onHand: number): Scenario => new Scenario([level('MUG', onHand)]);

/** The status of the order's own reservation, or none. */
const statusIn = (scenario: Scenario): string =>
  scenario.snapshot.reservations.find(({ id }) => id === 'of-o-1')?.status ?? 'none';

describe('an order that is created', () => {
  test('holds its lines', () => {
    const scenario = scenarioWith(5);
    const { outcome, changes } = scenario.submit(created());
    expect(outcome).toEqual({
      ok: true,
      order: {
        orderId: 'o-1',
        reservationId: 'of-o-1',
        effects: [{ reservationId: 'of-o-1', effect: 'reserved' }],
        note: null,
        refusal: null,
        isUnfinished: false,
      },
    });
    expect(published(changes).events).toEqual(['reserved of-o-1']);
    expect(scenario.reservation('of-o-1')).toMatchObject({ status: 'held', orderId: 'o-1' });
    expect(scenario.counters('MUG')).toEqual([5, 2, 0]);
  });

  test('is reserved once, also when that has ended meanwhile', () => {
    const scenario = scenarioWith(5).after(created());
    expect(scenario.submit(created()).changes).toMatchObject(NOTHING);
    scenario.passTime();
    scenario.decide();
    expect(scenario.submit(created()).changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual([5, 0, 0]);
  });

  test('takes no second hold where checkout has one for it', () => {
    const scenario = scenarioWith(5).after(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    const { outcome } = scenario.submit(created());
    expect(outcome).toMatchObject({ order: { reservationId: 'r1' } });
    expect(scenario.counters('MUG')).toEqual([5, 2, 0]);
  });

  test('reserves anew where checkout’s hold has run out', () => {
    const scenario = scenarioWith(5).after(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    scenario.passTime();
    expect(scenario.submit(created()).outcome).toMatchObject({ order: { reservationId: 'of-o-1' } });
  });

  test('for which there is no stock is refused by an event, and may be tried again', () => {
    const scenario = scenarioWith(1);
    const { outcome, changes } = scenario.submit(created());
    expect(outcome).toMatchObject({
      ok: true,
      order: { reservationId: null, refusal: { code: 'insufficient_stock' } },
    });
    expect(changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        subject: 'o-1',
        reservationId: null,
        data: {
          order_id: 'o-1',
          lines: [{ sku: 'MUG', location: null, quantity: 2 }],
          refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 2, available: 1 }] },
        },
      },
    ]);
    expect(scenario.submit(created(1)).outcome).toMatchObject({ order: { reservationId: 'of-o-1' } });
  });

  test('with an unknown SKU is not processed at all', () => {
    const { outcome, changes } = scenarioWith(1).submit(orderCreated('o-1', [line('HAT', 1)]));
    expect(outcome).toMatchObject({ ok: false, refusal: { code: 'unknown_sku' } });
    expect(changes).toMatchObject(NOTHING);
  });
});

describe('an order that is paid', () => {
  test('confirms what it holds, with the reference', () => {
    const scenario = scenarioWith(5).after(created(), orderPaid('o-1'));
    expect(scenario.reservation('of-o-1')).toMatchObject({ status: 'confirmed', paymentReference: 'pay-1' });
  });

  test('confirms all that it holds', () => {
    const scenario = scenarioWith(5);
    for (const id of ['r1', 'r2']) scenario.submit(reserve(id, [line('MUG', 1)], { orderId: 'o-1' }));
    expect(published(scenario.submit(orderPaid('o-1')).changes).events).toEqual([
      'confirmed r1',
      'confirmed r2',
    ]);
  });

  test('twice changes nothing', () => {
    const scenario = scenarioWith(5).after(created(), orderPaid('o-1'));
    expect(scenario.submit(orderPaid('o-1', { paymentReference: 'pay-2' })).changes).toMatchObject(NOTHING);
  });

  test('before it is created is confirmed when it is', () => {
    const scenario = scenarioWith(5).after(orderPaid('o-1'));
    expect(published(scenario.submit(created()).changes).events).toEqual([
      'reserved of-o-1',
      'confirmed of-o-1',
    ]);
    expect(scenario.reservation('of-o-1')).toMatchObject({ status: 'confirmed', paymentReference: 'pay-1' });
  });

  test('too late is published, and is processed', () => {
    const scenario = scenarioWith(5).after(created());
    scenario.passTime();
    const { outcome, changes } = scenario.submit(orderPaid('o-1'));
    expect(outcome).toMatchObject({
      ok: true,
      order: { reservationId: 'of-o-1', refusal: { code: 'reservation_expired' } },
    });
    expect(changes.refusals).toMatchObject([
      { type: 'warehouse.inventory.confirm_refused', changed: { payment_reference: 'pay-1' } },
    ]);
  });

  test('too late takes the stock again if asked', () => {
    const scenario = scenarioWith(5).after(created());
    scenario.passTime();
    scenario.submit(orderPaid('o-1', { onExpired: 'reacquire' }));
    expect(statusIn(scenario)).toBe('confirmed');
  });

  test('with a live hold is not late because of an expired one', () => {
    const scenario = scenarioWith(5).after(
      reserve('r1', [line('MUG', 1)], { orderId: 'o-1', ttlSeconds: 1 }),
    );
    scenario.passTime(1);
    scenario.submit(created());
    const { changes } = scenario.submit(orderPaid('o-1'));
    expect(changes.refusals).toEqual([]);
    expect(published(changes).events).toEqual(['confirmed of-o-1']);
  });
});

describe('an order whose payment failed', () => {
  test('releases what it holds, and nothing that was paid for', () => {
    const held = scenarioWith(5).after(created(), orderPaymentFailed('o-1'));
    expect(statusIn(held)).toBe('released');
    const paid = scenarioWith(5).after(created(), orderPaid('o-1'), orderPaymentFailed('o-1'));
    expect(statusIn(paid)).toBe('confirmed');
  });
});

describe('an order that is cancelled', () => {
  test.each([
    ['held', [created()], 'released'],
    ['confirmed', [created(), orderPaid('o-1')], 'cancelled'],
    [
      'partly out',
      [created(), orderPaid('o-1'), orderFulfilled('o-1', 'f-1', [line('MUG', 1)])],
      'fulfilled',
    ],
  ])('when %s gives back what has not left', (_state, before, after) => {
    const scenario = scenarioWith(5).after(...before, orderCancelled('o-1'));
    expect(statusIn(scenario)).toBe(after);
    const [, reserved, allocated] = scenario.counters('MUG');
    expect([reserved, allocated]).toEqual([0, 0]);
  });

  test('before it is created is never reserved', () => {
    const scenario = scenarioWith(5).after(orderCancelled('o-1'), orderPaid('o-1'));
    const { outcome, changes } = scenario.submit(created());
    expect(outcome).toMatchObject({ ok: true, order: { reservationId: null, refusal: null } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('twice changes nothing', () => {
    const scenario = scenarioWith(5).after(created(), orderCancelled('o-1'));
    expect(scenario.submit(orderCancelled('o-1')).changes).toMatchObject(NOTHING);
  });

  test('when all of it has left needs a person', () => {
    const scenario = scenarioWith(5).after(created(), orderFulfilled('o-1', 'f-1'));
    const { outcome, changes } = scenario.submit(orderCancelled('o-1'));
    expect(outcome).toMatchObject({
      ok: false,
      refusal: { code: 'invalid_transition', currentStatus: 'fulfilled' },
    });
    expect(changes).toMatchObject(NOTHING);
  });
});

describe('an order of which something has left', () => {
  test('is deducted, once for each fulfillment', () => {
    const scenario = scenarioWith(5).after(created(), orderPaid('o-1'));
    for (const id of ['f-1', 'f-1', 'f-2']) scenario.submit(orderFulfilled('o-1', id, [line('MUG', 1)]));
    expect(scenario.counters('MUG')).toEqual([3, 0, 0]);
    expect(statusIn(scenario)).toBe('fulfilled');
  });

  test('before it is paid is confirmed with it; the payment changes nothing then', () => {
    const scenario = scenarioWith(5).after(created(), orderFulfilled('o-1', 'f-1'));
    expect(statusIn(scenario)).toBe('fulfilled');
    expect(scenario.submit(orderPaid('o-1'))).toMatchObject({
      outcome: { ok: true, order: { refusal: null } },
      changes: { ...NOTHING, orders: [{ paymentReference: 'pay-1' }] },
    });
  });

  test('before it is created is deducted when it is', () => {
    const scenario = scenarioWith(5).after(
      orderFulfilled('o-1', 'f-1', [line('MUG', 1)]),
      orderFulfilled('o-1', 'f-2'),
    );
    scenario.submit(orderFulfilled('o-1', 'f-1', [line('MUG', 1)]));
    scenario.submit(created());
    expect(scenario.counters('MUG')).toEqual([3, 0, 0]);
    expect(scenario.snapshot.orders).toMatchObject([{ fulfillments: [] }]);
  });

  test('before it is created, and is not on hand by then, is deducted when it is tried again', () => {
    const scenario = scenarioWith(5).after(
      orderFulfilled('o-1', 'f-1'),
      reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }),
    );
    scenario.submit(setStock('MUG', 1));
    expect(scenario.submit(created()).outcome).toMatchObject({
      order: { refusal: { code: 'insufficient_stock' }, isUnfinished: true },
    });
    expect(scenario.submit(created()).changes).toMatchObject(NOTHING);
    scenario.submit(setStock('MUG', 4));
    expect(scenario.submit(created()).outcome).toMatchObject({
      order: { refusal: null, isUnfinished: false },
    });
    expect(scenario.counters('MUG')).toEqual([2, 0, 0]);
  });

  test('more than it has needs a person, and stays stored if it arrived too early', () => {
    const tooMuch = orderFulfilled('o-1', 'f-1', [line('MUG', 3)]);
    expect(scenarioWith(5).after(created()).submit(tooMuch).outcome).toMatchObject({
      ok: false,
      refusal: { code: 'quantity_exceeds_remaining' },
    });
    const early = scenarioWith(5).after(tooMuch);
    expect(early.submit(created()).outcome).toMatchObject({
      ok: true,
      order: { refusal: { code: 'quantity_exceeds_remaining' }, isUnfinished: true },
    });
    expect(early.snapshot.orders).toMatchObject([{ fulfillments: [{ fulfillmentId: 'f-1' }] }]);
  });

  test('of one that is cancelled or expired needs a person', () => {
    const cancelled = scenarioWith(5).after(orderCancelled('o-1'));
    expect(cancelled.submit(orderFulfilled('o-1', 'f-1')).outcome).toMatchObject({
      refusal: { code: 'invalid_transition', currentStatus: 'cancelled' },
    });
    const expired = scenarioWith(5).after(created());
    expired.passTime();
    expect(expired.submit(orderFulfilled('o-1', 'f-1')).outcome).toMatchObject({
      refusal: { code: 'reservation_expired' },
    });
  });

  test('of several reservations: without lines, all that is left of all of them', () => {
    const scenario = scenarioWith(5);
    for (const id of ['r1', 'r2']) scenario.submit(reserve(id, [line('MUG', 1)], { orderId: 'o-1' }));
    expect(scenario.submit(orderFulfilled('o-1', 'f-1')).outcome).toMatchObject({ ok: true });
    expect(scenario.counters('MUG')).toEqual([3, 0, 0]);
  });

  test('more than 100 times before it is created is refused', () => {
    const scenario = scenarioWith(5);
    const early = Array.from({ length: 101 }, (_, index) => orderFulfilled('o-1', `f-${index}`));
    const { outcomes } = scenario.decide(...early);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(100);
    expect(outcomes.at(-1)).toMatchObject({ ok: false, refusal: { code: 'quantity_limit_exceeded' } });
  });
});
