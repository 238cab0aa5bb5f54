import { codeOf, confirm, expire, line, release, reserve, setStock } from '@holdfast/testing/vocabulary';
import {
  iso,
  level,
  NOW,
  NOTHING,
  ONLY_A_REFUSAL,
  Scenario,
  reservationEvents,
  published,
} from '../fixtures/scenario.ts';
import type { ReservationStatus } from '../reservation.ts';

const DUE = NOW + 900_000;

function scenarioWithHold(): Scenario {
  const scenario = new Scenario([
    level('MUG', 10, 'EAST', { priority: 1 }),
    level('MUG', 5, 'WEST'),
    level('TEE', 5),
  ]);
  scenario.submit(reserve('r1', [line('MUG', 12)]));
  return scenario;
}

describe('when held', () => {
  test('expiry is never early', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE - 1;
    const { outcome, changes } = scenario.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual([10, 10, 0]);
  });
});

describe('when past its time', () => {
  test('the stock is given back, `expired` and `released` are published, and the warehouse hears of it', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE + 7_000;

    const { outcome, changes } = scenario.submit(expire('r1'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'expired',
        release_reason: 'expired',
        expired_at: iso(DUE),
        expires_at: iso(DUE),
        released_at: null,
        updated_at: iso(DUE + 7_000),
        version: 2,
        warehouse_sync: { action: 'expire' },
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
      ['expire', -10, 'expired', 'expiry'],
      ['expire', -2, 'expired', 'expiry'],
    ]);
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(reservationEvents(changes).map(({ data }) => [data.status, data.release_reason])).toEqual([
      ['expired', 'expired'],
      ['expired', 'expired'],
    ]);
  });

  test('the second one is answered that it was done already', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE;
    const { outcomes, changes } = scenario.decide(expire('r1'), expire('r1'));
    expect(outcomes).toMatchObject([
      { ok: true, changed: true },
      { ok: true, changed: false },
    ]);
    expect(published(changes).events).toEqual(['expired r1', 'released r1']);
    expect(scenario.submit(expire('r1'))).toMatchObject({
      outcome: { ok: true, changed: false },
      changes: NOTHING,
    });
  });

  test('a hold that is due is given back before a new one is decided, so the stock is there', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE;
    const { outcome, changes } = scenario.submit(reserve('r2', [line('MUG', 15)]));
    expect(codeOf(outcome)).toBe('ok');
    expect(published(changes).events).toEqual(['expired r1', 'released r1', 'reserved r2']);
    expect(changes.created.map(({ id }) => id)).toEqual(['r2']);
    expect(changes.updated.map(({ id }) => id)).toEqual(['r1']);
    expect(scenario.level('MUG')).toMatchObject({ reserved: 10, levelSeq: 4 });
  });

  test.each([
    ['a reservation that is too big', reserve('r2', [line('MUG', 16)]), 'insufficient_stock'],
    ['a reservation of an unknown SKU', reserve('r2', [line('NOPE', 1)]), 'unknown_sku'],
    ['a late confirm', confirm('r1'), 'reservation_expired'],
    ['a late release', release('r1'), 'invalid_transition'],
    [
      'a correction of a version long gone',
      setStock('MUG', 1, 'EAST', { ifVersion: [77] }),
      'version_conflict',
    ],
  ])('it is given back also when the command is refused: %s', (_what, command, code) => {
    const scenario = scenarioWithHold();
    scenario.now = DUE;
    const { outcome, changes } = scenario.submit(command);
    expect(codeOf(outcome)).toBe(code);
    expect(published(changes).events).toEqual(['expired r1', 'released r1']);
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
    expect(scenario.reservation('r1').status).toBe('expired');
  });

  test('a hold of which two commands hear is given back once', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE;
    const { changes } = scenario.decide(
      confirm('r1'),
      expire('r1'),
      release('r1'),
      reserve('r2', [line('MUG', 1)]),
    );
    expect(published(changes).events).toEqual(['expired r1', 'released r1', 'reserved r2']);
    expect(changes.movements.filter(({ kind }) => kind === 'expire')).toHaveLength(2);
  });

  test('a hold that was shortened by a correction gives back what it held', () => {
    const scenario = scenarioWithHold();
    scenario.submit(setStock('MUG', 0));
    scenario.now = DUE;
    scenario.submit(expire('r1'));
    expect(scenario.counters('MUG')).toEqual([0, 0, 0]);
  });
});

describe('when it is over', () => {
  test('a confirmed reservation outlives the time of its hold', () => {
    const scenario = scenarioWithHold();
    scenario.submit(confirm('r1'));
    scenario.now = DUE + 1;
    const { outcome, changes } = scenario.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
  });

  test.each<ReservationStatus>(['released', 'fulfilled', 'cancelled'])('%s is refused', (status) => {
    const scenario = scenarioWithHold();
    scenario.pretend('r1', { status });
    scenario.now = DUE + 1;
    const { outcome, changes } = scenario.submit(expire('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold().submit(expire('r9')))).toBe('reservation_not_found');
  });
});

function damagedScenario(): Scenario {
  const scenario = new Scenario([level('MUG', 10)]);
  scenario.submit(reserve('r1', [line('MUG', 3)]));
  scenario.damage('MUG', 'EAST', { reserved: 0 });
  scenario.passTime();
  return scenario;
}

describe('a due hold whose stock the counters have lost', () => {
  test('is expired for every reader, and blocks no other stock', () => {
    const scenario = damagedScenario();
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 10)])))).toBe('ok');
    expect(scenario.counters('MUG')).toEqual([10, 10, 0]);
    expect(codeOf(scenario.submit(confirm('r1')))).toBe('reservation_expired');
  });

  test('stays to be found: no event says that it was given back', () => {
    const { outcome, changes } = damagedScenario().submit(expire('r1'));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { status: 'expired' } });
    expect(changes).toMatchObject({ movements: [], events: [], syncs: [], updated: [] });
  });

  test('is not reacquired while its stock is still taken', () => {
    const { outcome, changes } = damagedScenario().submit(confirm('r1', { onExpired: 'reacquire' }));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(changes).toMatchObject(ONLY_A_REFUSAL);
  });
});
