import type { Command } from '../commands.ts';
import {
  cancel,
  codeOf,
  confirm,
  expire,
  extend,
  fulfill,
  line,
  release,
  reserve,
  TTL_SECONDS,
} from '@holdfast/testing/vocabulary';
import { iso, level, NOW, NOTHING, Scenario, published } from '../fixtures/scenario.ts';
import type { ReservationStatus } from '../reservation.ts';
import type { ExtendCommand } from './extend.ts';

const DUE = NOW + TTL_SECONDS * 1000;

function scenarioWithHold(): Scenario {
  const scenario = new Scenario([level('MUG', 10)]);
  scenario.submit(reserve('r1', [line('MUG', 3)]));
  return scenario;
}

describe('when held', () => {
  test('lives on from now, and its stock stays where it is', () => {
    const scenario = scenarioWithHold();
    scenario.now += 60_000;

    const { outcome, changes } = scenario.submit(extend('r1', 1_200));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'held',
        expires_at: iso(NOW + 60_000 + 1_200_000),
        extensions: 1,
        version: 2,
        created_at: iso(NOW),
        updated_at: iso(NOW + 60_000),
        warehouse_sync: null,
      },
    });
    expect(published(changes)).toEqual({ events: ['extended r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 2, data: { extensions: 1 } });
    expect(changes).toMatchObject({ levels: [], movements: [], linesChanged: [] });
    expect(scenario.counters('MUG')).toEqual([10, 3, 0]);
  });

  test('is alive until its new time, and dead at it', () => {
    const scenario = scenarioWithHold();
    scenario.now += 1_000;
    scenario.submit(extend('r1'));
    scenario.now = DUE + 999;
    expect(codeOf(scenario.submit(expire('r1')))).toBe('invalid_transition');
    scenario.now = DUE + 1_000;
    expect(codeOf(scenario.submit(confirm('r1')))).toBe('reservation_expired');
  });

  test('in its last millisecond it can still be extended', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE - 1;
    expect(scenario.submit(extend('r1')).outcome).toMatchObject({
      changed: true,
      reservation: { expires_at: iso(DUE - 1 + 900_000) },
    });
  });

  test.each([
    ['shorter', 839],
    ['just as long', 840],
  ])('a time that is %s changes nothing and is not counted', (_what, ttlSeconds) => {
    const scenario = scenarioWithHold();
    scenario.now += 60_000;
    const before = scenario.reservation('r1');
    const { outcome, changes } = scenario.submit(extend('r1', ttlSeconds));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { expires_at: iso(DUE), extensions: 0, version: 1 },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.reservation('r1')).toEqual(before);
    expect(scenario.submit(extend('r1', 841)).outcome).toMatchObject({ changed: true });
  });

  test('a repeat in the same millisecond is not counted again', () => {
    const scenario = scenarioWithHold();
    scenario.submit(extend('r1', 1_200));
    const { outcome, changes } = scenario.submit(extend('r1', 1_200));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { extensions: 1, version: 2 } });
    expect(changes).toMatchObject(NOTHING);
  });

  test.each([0, 1, 2])('is extended %d times where that is the limit, and not once more', (extensionsMax) => {
    const scenario = scenarioWithHold();
    for (let count = 1; count <= extensionsMax; count += 1) {
      scenario.now += 1;
      expect(scenario.submit(extend('r1', TTL_SECONDS, { extensionsMax })).outcome).toMatchObject({
        changed: true,
        reservation: { extensions: count },
      });
    }
    scenario.now += 1;
    const { outcome, changes } = scenario.submit(extend('r1', TTL_SECONDS, { extensionsMax }));
    expect(outcome).toMatchObject({ refusal: { code: 'extension_limit_reached', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a shorter time is answered also when no extension is left', () => {
    const { outcome } = scenarioWithHold().submit(extend('r1', 60, { extensionsMax: 0 }));
    expect(outcome).toMatchObject({ ok: true, changed: false });
  });

  test('lives no longer than the longest hold, counted from its creation', () => {
    const longest = { extensionsMax: 9, holdMaxSeconds: 1_000 } satisfies Partial<ExtendCommand>;
    const scenario = scenarioWithHold();
    scenario.submit(extend('r1', 950, longest));
    scenario.now += 100_000;
    const { outcome, changes } = scenario.submit(extend('r1', 901, longest));
    expect(outcome).toMatchObject({ refusal: { code: 'extension_limit_reached', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.submit(extend('r1', 900, longest)).outcome).toMatchObject({
      changed: true,
      reservation: { expires_at: iso(NOW + 1_000_000) },
    });
  });
});

describe('when past its time', () => {
  test('at its due millisecond it is refused, and the hold is given back', () => {
    const scenario = scenarioWithHold();
    scenario.now = DUE;
    const { outcome, changes } = scenario.submit(extend('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(published(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(scenario.reservation('r1')).toMatchObject({ expiresAt: DUE, extensions: 0 });
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
  });

  test('once given back it is refused again, and nothing changes', () => {
    const scenario = scenarioWithHold();
    scenario.passTime();
    scenario.submit(expire('r1'));
    const { outcome, changes } = scenario.submit(extend('r1'));
    expect(outcome).toMatchObject({ refusal: { code: 'reservation_expired', currentStatus: 'expired' } });
    expect(changes).toMatchObject(NOTHING);
  });
});

describe('when it is no hold any more', () => {
  test.each<[ReservationStatus, readonly Command[]]>([
    ['confirmed', [confirm('r1')]],
    ['confirmed', [confirm('r1'), fulfill('r1', [line('MUG', 1)])]],
    ['fulfilled', [fulfill('r1')]],
    ['released', [release('r1')]],
    ['cancelled', [confirm('r1'), cancel('r1')]],
  ])('%s is refused', (status, before) => {
    const scenario = scenarioWithHold();
    scenario.decide(...before);
    const { outcome, changes } = scenario.submit(extend('r1', 1_200));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a reservation that was confirmed at once never was one', () => {
    const scenario = scenarioWithHold();
    scenario.submit(reserve('r2', [line('MUG', 1)], { ttlSeconds: null }));
    const { outcome } = scenario.submit(extend('r2'));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
  });

  test('one that never was is not found', () => {
    expect(codeOf(scenarioWithHold().submit(extend('r9')))).toBe('reservation_not_found');
  });
});
