import { showReservation } from './contract-view.ts';
import { confirm, line, release, reserve } from '@holdfast/testing/vocabulary';
import { iso, level, NOW, Scenario } from './fixtures/scenario.ts';

const DUE = NOW + 900_000;

function heldReservation() {
  const scenario = new Scenario([level('MUG', 5)]);
  scenario.submit(reserve('r1', [line('MUG', 2)]));
  return scenario;
}

describe('a hold', () => {
  test('reads held until its time, and expired from then on, before any job has run', () => {
    const held = heldReservation().reservation('r1');
    expect(showReservation(held, DUE - 1)).toMatchObject({
      status: 'held',
      release_reason: null,
      expired_at: null,
    });
    expect(showReservation(held, DUE)).toMatchObject({
      status: 'expired',
      release_reason: 'expired',
      expired_at: iso(DUE),
      expires_at: iso(DUE),
      version: 1,
    });
  });

  test('has the same `expired_at` before and after its stock was given back', () => {
    const scenario = heldReservation();
    const before = showReservation(scenario.reservation('r1'), DUE + 60_000);
    scenario.now = DUE + 60_000;
    scenario.decide();
    const after = showReservation(scenario.reservation('r1'), scenario.now);
    expect(after.expired_at).toBe(before.expired_at);
    expect(after).toMatchObject({ status: 'expired', release_reason: 'expired', version: 2 });
  });
});

describe('what is not a hold', () => {
  test.each([
    ['confirmed', confirm('r1')],
    ['released', release('r1')],
  ])('%s stays so after the time of the hold', (status, command) => {
    const scenario = heldReservation();
    scenario.submit(command);
    expect(showReservation(scenario.reservation('r1'), DUE + 1)).toMatchObject({ status, expired_at: null });
  });
});
