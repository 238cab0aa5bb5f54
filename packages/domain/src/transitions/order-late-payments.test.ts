import {
  level,
  line,
  orderCancelled,
  orderCreated,
  orderPaid,
  reserve,
  setStock,
} from '../fixtures/commands.ts';
import { NOTHING, ONLY_A_REFUSAL, Shop } from '../fixtures/shop.ts';

const created = () => orderCreated('o-1', [line('MUG', 2)]);

const shopWith = (onHand: number): Shop => new Shop([level('MUG', 'EAST', onHand)]);

describe('a payment of an order that comes too late', () => {
  test('of what checkout held is given back, so `created` does not count it', () => {
    const shop = shopWith(5).after(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    shop.passTime();
    expect(shop.submit(orderPaid('o-1')).changes.refusals).toHaveLength(1);
    shop.submit(created());
    expect(shop.reservation('of-o-1').status).toBe('held');
  });
});

describe('a payment of an order that cannot be had', () => {
  test('is told with the refusal, and confirms nothing that a later try gets', () => {
    const shop = shopWith(1).after(orderPaid('o-1'));
    expect(shop.submit(created()).changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        data: { order_id: 'o-1', payment_reference: 'pay-1', refusal: { code: 'insufficient_stock' } },
      },
    ]);
    shop.submit(setStock('MUG', 'EAST', 5));
    shop.submit(created());
    expect(shop.reservation('of-o-1').status).toBe('held');
  });
});

describe('an order that is cancelled', () => {
  test('before anything was reserved, and is paid for then, tells so once for each payment', () => {
    const shop = shopWith(5).after(orderCancelled('o-1'));
    const told = () => shop.submit(orderPaid('o-1')).changes.refusals;
    const first = told();
    expect(first).toMatchObject([
      {
        type: 'warehouse.inventory.reservation_refused',
        subject: 'o-1',
        data: {
          order_id: 'o-1',
          lines: [],
          payment_reference: 'pay-1',
          refusal: { code: 'invalid_transition' },
        },
      },
    ]);
    shop.now += 1_000;
    expect(told().map(({ id }) => id)).toEqual(first.map(({ id }) => id));
  });

  test('after it was paid for, and before anything was reserved, is the affair of whoever cancelled it', () => {
    const shop = shopWith(5).after(orderPaid('o-1'), orderCancelled('o-1'));
    expect(shop.submit(orderPaid('o-1')).changes).toMatchObject(NOTHING);
  });

  test('is not sold by a payment that comes later, which is told: no dead hold is taken again', () => {
    const shop = shopWith(5).after(created());
    shop.passTime();
    shop.submit(orderCancelled('o-1'));
    const { outcome, changes } = shop.submit(orderPaid('o-1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({ ok: true, order: { refusal: { code: 'invalid_transition' } } });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
    expect(shop.counters('MUG', 'EAST')).toEqual([5, 0, 0]);
  });

  test('and was paid in time is not told to give the money back when the payment is repeated', () => {
    const shop = shopWith(5).after(created(), orderPaid('o-1'), orderCancelled('o-1'));
    expect(shop.submit(orderPaid('o-1')).changes).toMatchObject(NOTHING);
    expect(shop.submit(orderPaid('o-1', { paymentReference: 'pay-2' })).changes).toMatchObject(
      ONLY_A_REFUSAL,
    );
  });

  test('is not sold either where checkout has made a hold since: that runs out', () => {
    const shop = shopWith(5).after(
      orderCancelled('o-1'),
      reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }),
    );
    expect(shop.submit(orderPaid('o-1')).changes).toMatchObject(ONLY_A_REFUSAL);
    expect(shop.reservation('r1').status).toBe('held');
  });
});
