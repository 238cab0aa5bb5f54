import { confirm, iso, level, line, NOW, release, reserve } from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, told } from '../fixtures/shop.ts';
import type { ReservationStatus } from '../reservation.ts';

function shopWithHold(): Shop {
  const shop = new Shop([level('MUG', 'EAST', 10, { priority: 1 }), level('MUG', 'WEST', 5)]);
  shop.submit(reserve('r1', [line('MUG', 12)], { orderId: 'o-1' }));
  return shop;
}

describe('when held', () => {
  test('its stock is given back where it came from, and the warehouse is told', () => {
    const shop = shopWithHold();
    shop.now += 1_000;

    const { outcome, changes } = shop.submit(release('r1', 'customer left'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'released',
        release_reason: 'customer left',
        released_at: iso(NOW + 1_000),
        updated_at: iso(NOW + 1_000),
        version: 2,
        lines: [{ quantity: 12, confirmed_quantity: 0, cancelled_quantity: 0 }],
        warehouse_sync: { action: 'release', state: 'pending' },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(
      changes.movements.map(({ kind, reservedDelta, reason, caller }) => [
        kind,
        reservedDelta,
        reason,
        caller,
      ]),
    ).toEqual([
      ['release', -10, 'customer left', 'shop'],
      ['release', -2, 'customer left', 'shop'],
    ]);
    expect(told(changes)).toEqual({ events: ['released r1'], syncs: ['release r1'] });
    expect(changes.syncs[0]).toMatchObject({
      ordinal: 1,
      orderId: 'o-1',
      lines: [
        { sku: 'MUG', location: 'EAST', quantity: 10 },
        { sku: 'MUG', location: 'WEST', quantity: 2 },
      ],
    });
  });
});

describe('when released', () => {
  test('a repeat keeps the first reason and changes nothing', () => {
    const shop = shopWithHold();
    shop.submit(release('r1', 'first'));
    const before = shop.reservation('r1');
    const { outcome, changes } = shop.submit(release('r1', 'second'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { release_reason: 'first', version: 2 },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.reservation('r1')).toEqual(before);
  });
});

describe('when past its time', () => {
  test('is refused, and the hold is given back as expired, once', () => {
    const shop = shopWithHold();
    shop.passTime();

    const { outcome, changes } = shop.submit(release('r1', 'late'));

    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'expired' } });
    expect(told(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(shop.reservation('r1')).toMatchObject({ releaseReason: 'expired', releasedAt: null });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
    expect(shop.submit(release('r1')).changes).toMatchObject(NOTHING);
  });
});

describe('when it is over', () => {
  test('stock that was paid for is never freed by a late release', () => {
    const shop = shopWithHold();
    shop.submit(confirm('r1'));
    const { outcome, changes } = shop.submit(release('r1', 'payment failed'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 10]);
  });

  test.each<ReservationStatus>(['fulfilled', 'cancelled'])('%s is refused', (status) => {
    const shop = shopWithHold();
    shop.pretend('r1', { status });
    const { outcome, changes } = shop.submit(release('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('one that never was is not found', () => {
    expect(codeOf(shopWithHold().submit(release('r9')).outcome)).toBe('reservation_not_found');
  });
});
