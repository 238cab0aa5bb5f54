import { codeOf, confirm, line, release, reserve } from '@holdfast/testing/vocabulary';
import { iso, level, NOW, NOTHING, Scenario, published } from '../fixtures/scenario.ts';
import type { ReservationStatus } from '../reservation.ts';

function scenarioWithHold(): Scenario {
  const scenario = new Scenario([level('MUG', 10, 'EAST', { priority: 1 }), level('MUG', 5, 'WEST')]);
  scenario.submit(reserve('r1', [line('MUG', 12)], { orderId: 'o-1' }));
  return scenario;
}

describe('when held', () => {
  test('its stock is given back where it came from, and the warehouse is notified', () => {
    const scenario = scenarioWithHold();
    scenario.now += 1_000;

    const { outcome, changes } = scenario.submit(release('r1', 'customer left'));

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
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(
      changes.movements.map(({ kind, reservedDelta, reason, caller }) => [
        kind,
        reservedDelta,
        reason,
        caller,
      ]),
    ).toEqual([
      ['release', -10, 'customer left', 'checkout'],
      ['release', -2, 'customer left', 'checkout'],
    ]);
    expect(published(changes)).toEqual({ events: ['released r1'], syncs: ['release r1'] });
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
    const scenario = scenarioWithHold();
    scenario.submit(release('r1', 'first'));
    const before = scenario.reservation('r1');
    const { outcome, changes } = scenario.submit(release('r1', 'second'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { release_reason: 'first', version: 2 },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
  });
});

describe('when past its time', () => {
  test('is refused, and the hold is given back as expired, once', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();

    const { outcome, changes } = scenario.submit(release('r1', 'late'));

    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'expired' } });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(scenario.reservation('r1')).toMatchObject({ releaseReason: 'expired', releasedAt: null });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.submit(release('r1')).changes).toMatchObject(NOTHING);
  });
});

describe('when it is over', () => {
  test('stock that was paid for is never freed by a late release', () => {
    const scenario = scenarioWithHold();
    scenario.submit(confirm('r1'));
    const { outcome, changes } = scenario.submit(release('r1', 'payment failed'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
  });

  test.each<ReservationStatus>(['fulfilled', 'cancelled'])('%s is refused', (status) => {
    const scenario = scenarioWithHold();
    scenario.pretend('r1', { status });
    const { outcome, changes } = scenario.submit(release('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold().submit(release('r9')))).toBe('reservation_not_found');
  });
});
