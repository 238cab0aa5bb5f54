import { confirm, iso, level, line, NOW, part, reserve } from '../fixtures/commands.ts';
import { codeOf, ONLY_A_REFUSAL, Shop, shopWithHold, told } from '../fixtures/shop.ts';

describe('when past its time', () => {
  test('is refused, and what is left behind is a hold given back', () => {
    const shop = shopWithHold();
    shop.passTime();

    const { outcome, changes } = shop.submit(confirm('r1'));

    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(shop.reservation('r1')).toMatchObject({ status: 'expired', version: 2, confirmedAt: null });
    expect(told(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
  });

  test('is refused again, and then changes nothing but that it is told', () => {
    const shop = shopWithHold();
    shop.passTime();
    shop.submit(confirm('r1'));
    expect(shop.submit(confirm('r1'))).toMatchObject({
      outcome: { refusal: { code: 'reservation_expired' } },
      changes: ONLY_A_REFUSAL,
    });
  });

  test('is alive one millisecond before its time, and dead at it', () => {
    const alive = shopWithHold();
    alive.now = NOW + 900_000 - 1;
    expect(codeOf(alive.submit(confirm('r1')).outcome)).toBe('ok');
    const dead = shopWithHold();
    dead.now = NOW + 900_000;
    expect(codeOf(dead.submit(confirm('r1')).outcome)).toBe('reservation_expired');
  });

  test('is reacquired if asked, and confirmed from wherever there is stock now', () => {
    const shop = shopWithHold();
    shop.passTime();
    shop.submit(reserve('r2', [line('MUG', 3, 'EAST')]));

    const { outcome, changes } = shop.submit(
      confirm('r1', { onExpired: 'reacquire', paymentReference: 'pay-1' }),
    );

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'confirmed',
        version: 3,
        release_reason: null,
        payment_reference: 'pay-1',
        confirmed_at: iso(shop.now),
        lines: [
          {
            confirmed_quantity: 12,
            allocations: [
              { location: 'EAST', quantity: 7 },
              { location: 'WEST', quantity: 5 },
            ],
          },
          { confirmed_quantity: 1 },
        ],
        warehouse_sync: { action: 'confirm' },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 3, 7]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 5]);
    expect(told(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.syncs[0]).toMatchObject({ ordinal: 2 });
    expect(changes.reallocated.map(({ id }) => id)).toEqual(['r1']);
  });

  test('is sourced anew in the way that was asked for at first', () => {
    const shop = shopWithHold();
    shop.submit(reserve('r2', [line('MUG', 2)], { sourcing: 'no_split' }));
    shop.passTime();
    shop.submit(reserve('r3', [line('MUG', 9, 'EAST')]));
    const { outcome } = shop.submit(confirm('r2', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ allocations: [{ location: 'WEST', quantity: 2 }] }] },
    });
  });

  test('is given back and reacquired in one decision, each told', () => {
    const shop = shopWithHold();
    shop.passTime();
    const { changes } = shop.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(told(changes)).toEqual({
      events: ['expired r1', 'released r1', 'confirmed r1'],
      syncs: ['expire r1', 'confirm r1'],
    });
    expect(changes.syncs.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 10]);
  });

  test('stays expired when the stock is gone', () => {
    const shop = shopWithHold();
    shop.passTime();
    shop.submit(reserve('r2', [line('MUG', 4)]));
    const { outcome, changes } = shop.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'insufficient_stock',
        currentStatus: 'expired',
        lines: [{ sku: 'MUG', requested: 12, available: 11 }],
      },
    });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
    expect(shop.reservation('r1')).toMatchObject({ status: 'expired', releaseReason: 'expired' });
  });

  test('is reacquired in part', () => {
    const shop = shopWithHold();
    shop.passTime();
    const { outcome } = shop.submit(confirm('r1', { onExpired: 'reacquire', parts: [part('MUG', 11)] }));
    expect(outcome).toMatchObject({
      reservation: {
        lines: [
          { quantity: 12, confirmed_quantity: 11 },
          { confirmed_quantity: 0, allocations: [] },
        ],
      },
    });
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 1]);
    expect(shop.counters('TEE', 'EAST')).toEqual([3, 0, 0]);
  });

  test.each([
    ['more than it had', { parts: [part('MUG', 13)] }, 'quantity_exceeds_remaining'],
    ['another order', { orderId: 'o-2' }, 'invalid_transition'],
  ])('is not reacquired for %s', (_what, rest, code) => {
    const shop = new Shop([level('MUG', 'EAST', 20)]);
    shop.submit(reserve('r1', [line('MUG', 12)], { orderId: 'o-1' }));
    shop.passTime();
    const { outcome } = shop.submit(confirm('r1', { onExpired: 'reacquire', ...rest }));
    expect(codeOf(outcome)).toBe(code);
    expect(shop.counters('MUG', 'EAST')).toEqual([20, 0, 0]);
  });
});
