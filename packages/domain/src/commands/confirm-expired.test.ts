import { codeOf, confirm, line, reserve } from '@holdfast/testing/vocabulary';
import {
  iso,
  level,
  NOW,
  NOTHING,
  ONLY_A_REFUSAL,
  Scenario,
  scenarioWithHold,
  published,
} from '../fixtures/scenario.ts';

describe('when past its time', () => {
  test('is refused, and what is left behind is a hold given back', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();

    const { outcome, changes } = scenario.submit(confirm('r1'));

    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 0]);
    expect(scenario.reservation('r1')).toMatchObject({ status: 'expired', version: 2, confirmedAt: null });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
  });

  test('is refused again without a change, as the refusal was published', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    scenario.submit(confirm('r1'));
    expect(scenario.submit(confirm('r1'))).toMatchObject({
      outcome: { refusal: { code: 'reservation_expired' } },
      changes: NOTHING,
    });
  });

  test('is alive one millisecond before its time, and dead at it', () => {
    const alive = scenarioWithHold();
    alive.now = NOW + 900_000 - 1;
    expect(codeOf(alive.submit(confirm('r1')))).toBe('ok');
    const dead = scenarioWithHold();
    dead.now = NOW + 900_000;
    expect(codeOf(dead.submit(confirm('r1')))).toBe('reservation_expired');
  });

  test('is reacquired if asked, and confirmed from wherever there is stock now', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    scenario.submit(reserve('r2', [line('MUG', 3, 'EAST')]));

    const { outcome, changes } = scenario.submit(
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
        confirmed_at: iso(scenario.now),
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
    expect(scenario.counters('MUG')).toEqual([10, 3, 7]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 5]);
    expect(published(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.syncs[0]).toMatchObject({ ordinal: 2 });
    expect(changes.reallocated.map(({ id }) => id)).toEqual(['r1']);
  });

  test('is sourced anew in the way that was asked for at first', () => {
    const scenario = scenarioWithHold();
    scenario.submit(reserve('r2', [line('MUG', 2)], { sourcing: 'no_split' }));
    scenario.passTime();
    scenario.submit(reserve('r3', [line('MUG', 9, 'EAST')]));
    const { outcome } = scenario.submit(confirm('r2', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ allocations: [{ location: 'WEST', quantity: 2 }] }] },
    });
  });

  test('is given back and reacquired in one decision, each with its event', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    const { changes } = scenario.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(published(changes)).toEqual({
      events: ['expired r1', 'released r1', 'confirmed r1'],
      syncs: ['expire r1', 'confirm r1'],
    });
    expect(changes.syncs.map(({ ordinal }) => ordinal)).toEqual([1, 2]);
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
  });

  test('stays expired when the stock is gone', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    scenario.submit(reserve('r2', [line('MUG', 4)]));
    const { outcome, changes } = scenario.submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({
      refusal: {
        code: 'insufficient_stock',
        currentStatus: 'expired',
        lines: [{ sku: 'MUG', requested: 12, available: 11 }],
      },
    });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
    expect(scenario.reservation('r1')).toMatchObject({ status: 'expired', releaseReason: 'expired' });
  });

  test('is reacquired in part', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    const { outcome } = scenario.submit(confirm('r1', { onExpired: 'reacquire', parts: [line('MUG', 11)] }));
    expect(outcome).toMatchObject({
      reservation: {
        lines: [
          { quantity: 12, confirmed_quantity: 11 },
          { confirmed_quantity: 0, allocations: [] },
        ],
      },
    });
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 0, 1]);
    expect(scenario.counters('TEE')).toEqual([3, 0, 0]);
  });

  test.each([
    ['more than it had', { parts: [line('MUG', 13)] }, 'quantity_exceeds_remaining'],
    ['another order', { orderId: 'o-2' }, 'invalid_transition'],
  ])('is not reacquired for %s', (_what, rest, code) => {
    const scenario = new Scenario([level('MUG', 20)]);
    scenario.submit(reserve('r1', [line('MUG', 12)], { orderId: 'o-1' }));
    scenario.passTime();
    const { outcome } = scenario.submit(confirm('r1', { onExpired: 'reacquire', ...rest }));
    expect(codeOf(outcome)).toBe(code);
    expect(scenario.counters('MUG')).toEqual([20, 0, 0]);
  });
});
