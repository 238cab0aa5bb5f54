import type { Command } from '../commands.ts';
import { codeOf, confirm, expire, fulfill, line, setStock } from '@holdfast/testing/vocabulary';
import { iso, NOW, NOTHING, scenarioWithHold, reservationEvents, published } from '../fixtures/scenario.ts';

describe('when held', () => {
  test('is confirmed whole, then deducted, in one decision', () => {
    const scenario = scenarioWithHold();

    const { outcome, changes } = scenario.submit(fulfill('r1', [line('MUG', 3)], { orderId: 'o-1' }));

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
    expect(scenario.counters('MUG')).toEqual([7, 0, 7]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 2]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 1]);
    expect(published(changes)).toEqual({ events: ['confirmed r1', 'deducted r1'], syncs: ['confirm r1'] });
    expect(
      reservationEvents(changes).map(({ reservationVersion, data }) => [reservationVersion, data.status]),
    ).toEqual([
      [2, 'confirmed'],
      [3, 'confirmed'],
    ]);
  });

  test('the warehouse is notified of all that was confirmed, also of what goes out at once', () => {
    const { changes } = scenarioWithHold().submit(fulfill('r1', null, { orderId: 'o-1' }));
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
    ['too much', fulfill('r1', [line('MUG', 13)]), 'quantity_exceeds_remaining'],
    ['what it does not have', fulfill('r1', [line('HAT', 1)]), 'quantity_exceeds_remaining'],
    ['another order', fulfill('r1', null, { orderId: 'o-2' }), 'invalid_transition'],
    ['more than is on hand', fulfill('r1'), 'insufficient_stock'],
  ])('stays an untouched hold when it is refused for %s', (_what, command, code) => {
    const scenario = scenarioWithHold().after(setStock('MUG', 9));
    scenario.pretend('r1', { status: 'held', orderId: 'o-1' });
    const before = scenario.reservation('r1');
    const { outcome, changes } = scenario.submit(command);
    expect(outcome).toMatchObject({ refusal: { code, currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toBe(before);
    expect(scenario.counters('MUG')).toEqual([9, 10, 0]);
  });

  test('past its time it has expired, for another order too', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    const { outcome } = scenario.submit(fulfill('r1', null, { orderId: 'o-2' }));
    expect(codeOf(outcome)).toBe('reservation_expired');
  });

  test('in its last millisecond it still goes out', () => {
    const scenario = scenarioWithHold();
    scenario.now = NOW + 900_000 - 1;
    expect(codeOf(scenario.submit(fulfill('r1')))).toBe('ok');
  });
});

describe('when past its time', () => {
  test('past its time it is refused, and the hold is given back', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    const { outcome, changes } = scenario.submit(fulfill('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
  });

  test('expired is refused until it is reacquired', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    scenario.submit(expire('r1'));
    expect(scenario.submit(fulfill('r1'))).toMatchObject({
      outcome: { refusal: { code: 'reservation_expired', currentStatus: 'expired' } },
      changes: NOTHING,
    });
    scenario.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(scenario.submit(fulfill('r1')).outcome).toMatchObject({ reservation: { status: 'fulfilled' } });
  });
});
