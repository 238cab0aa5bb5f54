import type { Command } from '../commands.ts';
import { confirm, expire, fulfill, iso, NOW, part, setStock } from '../fixtures/commands.ts';
import { codeOf, NOTHING, shopWithHold, reservationsTold, told } from '../fixtures/shop.ts';

describe('when held', () => {
  test('is confirmed whole, then deducted, in one decision', () => {
    const shop = shopWithHold();

    const { outcome, changes } = shop.submit(fulfill('r1', [part('MUG', 3)], { orderId: 'o-1' }));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'confirmed',
        order_id: 'o-1',
        payment_reference: null,
        confirmed_at: iso(NOW),
        version: 3,
        lines: [
          { confirmed_quantity: 12, fulfilled_quantity: 3 },
          { confirmed_quantity: 1, fulfilled_quantity: 0 },
        ],
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([7, 0, 7]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 2]);
    expect(shop.counters('TEE', 'EAST')).toEqual([3, 0, 1]);
    expect(told(changes)).toEqual({ events: ['confirmed r1', 'deducted r1'], syncs: ['confirm r1'] });
    expect(
      reservationsTold(changes).map(({ reservationVersion, data }) => [reservationVersion, data.status]),
    ).toEqual([
      [2, 'confirmed'],
      [3, 'confirmed'],
    ]);
  });

  test('the warehouse is told of all that was confirmed, also of what goes out at once', () => {
    const { changes } = shopWithHold().submit(fulfill('r1', null, { orderId: 'o-1' }));
    expect(changes.syncs).toMatchObject([
      {
        action: 'confirm',
        orderId: 'o-1',
        lines: [
          { sku: 'MUG', location: 'EAST', quantity: 10 },
          { sku: 'MUG', location: 'WEST', quantity: 2 },
          { sku: 'TEE', location: 'EAST', quantity: 1 },
        ],
      },
    ]);
    expect(changes.updated).toMatchObject([{ status: 'fulfilled', version: 3 }]);
  });

  test.each<[string, Command, string]>([
    ['too much', fulfill('r1', [part('MUG', 13)]), 'quantity_exceeds_remaining'],
    ['what it does not have', fulfill('r1', [part('HAT', 1)]), 'quantity_exceeds_remaining'],
    ['another order', fulfill('r1', null, { orderId: 'o-2' }), 'invalid_transition'],
    ['more than is on hand', fulfill('r1'), 'insufficient_stock'],
  ])('stays an untouched hold when it is refused for %s', (_what, command, code) => {
    const shop = shopWithHold().after(setStock('MUG', 'EAST', 9));
    shop.pretend('r1', { status: 'held', orderId: 'o-1' });
    const before = shop.reservation('r1');
    const { outcome, changes } = shop.submit(command);
    expect(outcome).toMatchObject({ refusal: { code, currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.reservation('r1')).toBe(before);
    expect(shop.counters('MUG', 'EAST')).toEqual([9, 10, 0]);
  });

  test('past its time it has expired, for another order too', () => {
    const shop = shopWithHold();
    shop.passTime();
    const { outcome } = shop.submit(fulfill('r1', null, { orderId: 'o-2' }));
    expect(codeOf(outcome)).toBe('reservation_expired');
  });

  test('in its last millisecond it still goes out', () => {
    const shop = shopWithHold();
    shop.now = NOW + 900_000 - 1;
    expect(codeOf(shop.submit(fulfill('r1')).outcome)).toBe('ok');
  });
});

describe('when past its time', () => {
  test('past its time it is refused, and the hold is given back', () => {
    const shop = shopWithHold();
    shop.passTime();
    const { outcome, changes } = shop.submit(fulfill('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(told(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
  });

  test('expired is refused until it is reacquired', () => {
    const shop = shopWithHold();
    shop.passTime();
    shop.submit(expire('r1'));
    expect(shop.submit(fulfill('r1'))).toMatchObject({
      outcome: { refusal: { code: 'reservation_expired', currentStatus: 'expired' } },
      changes: NOTHING,
    });
    shop.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(shop.submit(fulfill('r1')).outcome).toMatchObject({ reservation: { status: 'fulfilled' } });
  });
});
