import type { Command } from '../commands.ts';
import {
  cancel,
  codeOf,
  confirm,
  expire,
  fulfill,
  line,
  release,
  reserve,
} from '@holdfast/testing/vocabulary';
import {
  iso,
  NOW,
  NOTHING,
  type Scenario,
  scenarioWithHold,
  reservationEvents,
  published,
} from '../fixtures/scenario.ts';
import type { ReservationStatus } from '../reservation.ts';

describe('when confirmed', () => {
  test('what was allocated is freed where it was, and the warehouse is notified', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1', { paymentReference: 'pay-1' }));
    scenario.now += 5_000;

    const { outcome, changes } = scenario.submit(cancel('r1', 'fraud'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'cancelled',
        release_reason: 'fraud',
        payment_reference: 'pay-1',
        version: 3,
        updated_at: iso(NOW + 5_000),
        cancelled_at: iso(NOW + 5_000),
        confirmed_at: iso(NOW),
        released_at: null,
        fulfilled_at: null,
        lines: [
          {
            quantity: 12,
            confirmed_quantity: 12,
            fulfilled_quantity: 0,
            cancelled_quantity: 12,
            allocations: [{ quantity: 10 }, { quantity: 2 }],
          },
          { quantity: 1, cancelled_quantity: 1 },
        ],
        warehouse_sync: { action: 'cancel', state: 'pending' },
      },
    });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 0]);
    expect(
      changes.movements.map(({ kind, allocatedDelta, onHandDelta, reason, caller }) => [
        kind,
        allocatedDelta,
        onHandDelta,
        reason,
        caller,
      ]),
    ).toEqual([
      ['cancel', -10, 0, 'fraud', 'checkout'],
      ['cancel', -2, 0, 'fraud', 'checkout'],
      ['cancel', -1, 0, 'fraud', 'checkout'],
    ]);
    expect(published(changes)).toEqual({ events: ['cancelled r1', 'released r1'], syncs: ['cancel r1'] });
    expect(
      reservationEvents(changes).map(({ reservationVersion, data }) => [reservationVersion, data.status]),
    ).toEqual([
      [3, 'cancelled'],
      [3, 'cancelled'],
    ]);
    expect(changes.syncs[0]).toMatchObject({
      ordinal: 2,
      orderId: 'o-1',
      lines: [
        { sku: 'MUG', location: 'EAST', quantity: 10 },
        { sku: 'MUG', location: 'WEST', quantity: 2 },
        { sku: 'TEE', location: 'EAST', quantity: 1 },
      ],
    });
  });

  test('the stock is free for the next reservation', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1'), cancel('r1'));
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 15), line('TEE', 3)])))).toBe('ok');
  });

  test('the level’s version stays: nothing has left the warehouse', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1'), cancel('r1'));
    expect(scenario.level('MUG')).toMatchObject({ version: 1, levelSeq: 4 });
  });

  test('only what was confirmed counts as cancelled; the rest was given back before', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1', { parts: [line('MUG', 4)] }));
    const { outcome, changes } = scenario.submit(cancel('r1'));
    expect(outcome).toMatchObject({
      reservation: {
        status: 'cancelled',
        lines: [
          { quantity: 12, confirmed_quantity: 4, cancelled_quantity: 4 },
          { quantity: 1, confirmed_quantity: 0, cancelled_quantity: 0 },
        ],
      },
    });
    expect(changes.syncs[0]?.lines).toEqual([{ sku: 'MUG', location: 'EAST', quantity: 4 }]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
  });

  test('without a reason there is none', () => {
    const { outcome } = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1')).submit(cancel('r1'));
    expect(outcome).toMatchObject({ reservation: { release_reason: null } });
  });
});

function scenarioWithPartOut(): Scenario {
  return scenarioWithHold({ orderId: 'o-1' }).after(
    confirm('r1'),
    fulfill('r1', [line('MUG', 3, 'EAST'), line('MUG', 2, 'WEST')]),
  );
}

describe('when confirmed, and a part is out', () => {
  test('the rest is freed, and what is left of it is fulfilled', () => {
    const scenario = scenarioWithPartOut();
    scenario.now += 1_000;

    const { outcome, changes } = scenario.submit(cancel('r1', 'sold out'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'fulfilled',
        release_reason: 'sold out',
        version: 4,
        cancelled_at: iso(NOW + 1_000),
        fulfilled_at: iso(NOW + 1_000),
        lines: [
          {
            quantity: 12,
            confirmed_quantity: 12,
            fulfilled_quantity: 5,
            cancelled_quantity: 7,
            allocations: [
              { location: 'EAST', quantity: 10, fulfilled_quantity: 3 },
              { location: 'WEST', quantity: 2, fulfilled_quantity: 2 },
            ],
          },
          { confirmed_quantity: 1, fulfilled_quantity: 0, cancelled_quantity: 1 },
        ],
      },
    });
    expect(scenario.counters('MUG')).toEqual([7, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([3, 0, 0]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 0]);
    expect(published(changes)).toEqual({ events: ['cancelled r1', 'released r1'], syncs: ['cancel r1'] });
  });

  test('the warehouse is notified what is freed, not what is out', () => {
    const { changes } = scenarioWithPartOut().submit(cancel('r1'));
    expect(changes.syncs[0]?.lines).toEqual([
      { sku: 'MUG', location: 'EAST', quantity: 7 },
      { sku: 'TEE', location: 'EAST', quantity: 1 },
    ]);
    expect(changes.movements.map(({ location, allocatedDelta }) => [location, allocatedDelta])).toEqual([
      ['EAST', -7],
      ['EAST', -1],
    ]);
  });

  test('a repeat keeps the first reason and changes nothing', () => {
    const scenario = scenarioWithPartOut();
    scenario.submit(cancel('r1', 'first'));
    const { outcome, changes } = scenario.submit(cancel('r1', 'second'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { status: 'fulfilled', release_reason: 'first', version: 4 },
    });
    expect(changes).toMatchObject(NOTHING);
  });
});

describe('when cancelled', () => {
  test('a repeat keeps the first reason and changes nothing', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(confirm('r1'), cancel('r1', 'first'));
    const before = scenario.reservation('r1');
    scenario.now += 1_000;
    const { outcome, changes } = scenario.submit(cancel('r1', 'second'));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { status: 'cancelled', release_reason: 'first', version: 3 },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
  });
});

describe('when there is nothing to cancel', () => {
  test.each<[ReservationStatus, readonly Command[]]>([
    ['held', []],
    ['fulfilled', [fulfill('r1')]],
    ['released', [release('r1')]],
  ])('%s is refused', (status, before) => {
    const scenario = scenarioWithHold({ orderId: 'o-1' }).after(...before);
    const counters = scenario.counters('MUG');
    const { outcome, changes } = scenario.submit(cancel('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual(counters);
  });

  test('past its time it is refused, and the hold is given back as expired', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' });
    scenario.passTime();
    const { outcome, changes } = scenario.submit(cancel('r1', 'late'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'expired' } });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(scenario.reservation('r1')).toMatchObject({ releaseReason: 'expired', cancelledAt: null });
  });

  test('expired is refused, and nothing changes', () => {
    const scenario = scenarioWithHold({ orderId: 'o-1' });
    scenario.passTime();
    scenario.submit(expire('r1'));
    expect(scenario.submit(cancel('r1'))).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'expired' } },
      changes: NOTHING,
    });
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold({ orderId: 'o-1' }).submit(cancel('r9')))).toBe('reservation_not_found');
  });
});
