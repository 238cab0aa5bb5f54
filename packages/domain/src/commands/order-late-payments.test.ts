import {
  line,
  orderCancelled,
  orderCreated,
  orderPaid,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, ONLY_A_REFUSAL, Scenario } from '../fixtures/scenario.ts';

const created = () => orderCreated('o-1', [line('MUG', 2)]);

const scenarioWith = (onHand: number): Scenario => new Scenario([level('MUG', onHand)]);

describe('a payment of an order that comes too late', () => {
  test('of what checkout held is given back, so `created` does not count it', () => {
    const scenario = scenarioWith(5).after(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    scenario.passTime();
    expect(scenario.submit(orderPaid('o-1')).changes.refusals).toHaveLength(1);
    scenario.submit(created());
    expect(scenario.reservation('of-o-1').status).toBe('held');
  });
});

describe('a payment of an order that cannot be had', () => {
  test('is published with the refusal, and does not confirm what a later try reserves', () => {
    const scenario = scenarioWith(1).after(orderPaid('o-1'));
    expect(scenario.submit(created()).changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        data: { order_id: 'o-1', payment_reference: 'pay-1', refusal: { code: 'insufficient_stock' } },
      },
    ]);
    scenario.submit(setStock('MUG', 5));
    scenario.submit(created());
    expect(scenario.reservation('of-o-1').status).toBe('held');
  });
});

describe('an order that is cancelled', () => {
  test('before anything was reserved, and is paid for then, publishes that once for each payment', () => {
    const scenario = scenarioWith(5).after(orderCancelled('o-1'));
    const pay = () => scenario.submit(orderPaid('o-1')).changes.refusals;
    const first = pay();
    expect(first).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        subject: 'o-1',
        data: {
          order_id: 'o-1',
          lines: [],
          payment_reference: 'pay-1',
          refusal: { code: 'order_cancelled' },
        },
      },
    ]);
    scenario.now += 1_000;
    expect(pay().map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  });

  test('after it was paid for, and before anything was reserved, publishes nothing', () => {
    const scenario = scenarioWith(5).after(orderPaid('o-1'), orderCancelled('o-1'));
    expect(scenario.submit(orderPaid('o-1')).changes).toMatchObject(NOTHING);
  });

  test('is not confirmed by a later payment, which is refused by an event: no dead hold is reacquired', () => {
    const scenario = scenarioWith(5).after(created());
    scenario.passTime();
    scenario.submit(orderCancelled('o-1'));
    const { outcome, changes } = scenario.submit(orderPaid('o-1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({ ok: true, order: { refusal: { code: 'order_cancelled' } } });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
    expect(scenario.counters('MUG')).toEqual([5, 0, 0]);
  });

  test('and was paid in time publishes no refund when the payment is repeated', () => {
    const scenario = scenarioWith(5).after(created(), orderPaid('o-1'), orderCancelled('o-1'));
    expect(scenario.submit(orderPaid('o-1')).changes).toMatchObject(NOTHING);
    expect(scenario.submit(orderPaid('o-1', { paymentReference: 'pay-2' })).changes).toMatchObject(
      ONLY_A_REFUSAL,
    );
  });

  test('is not confirmed if an older release has made a hold since: that hold expires', () => {
    const scenario = scenarioWith(5).after(orderCancelled('o-1'), reserve('r1', [line('MUG', 2)]));
    scenario.pretend('r1', { status: 'held', orderId: 'o-1' });
    expect(scenario.submit(orderPaid('o-1')).changes).toMatchObject(ONLY_A_REFUSAL);
    expect(scenario.reservation('r1').status).toBe('held');
  });
});
