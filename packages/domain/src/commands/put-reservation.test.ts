import { codeOf, confirm, line, putReservation, reserve, withdraw } from '@holdfast/testing/vocabulary';
import { idOf } from '../fixtures/client-ids.ts';
import { level, NOTHING, NOW, published, Scenario } from '../fixtures/scenario.ts';

const scenarioWith = (units: number) => new Scenario([level('MUG', units)]);
const ID = idOf(NOW);

describe('a reservation whose id the client chose', () => {
  test('is created once: a repeat is answered with it as it is now, whatever its status', () => {
    const scenario = scenarioWith(10);
    expect(scenario.submit(putReservation(ID, [line('MUG', 2)])).outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: { id: ID, status: 'held', version: 1 },
    });
    scenario.submit(confirm(ID));
    const { outcome, changes } = scenario.submit(putReservation(ID, [line('MUG', 2)]));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { id: ID, status: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
    scenario.now += 25 * 3_600_000;
    expect(codeOf(scenario.submit(putReservation(ID, [line('MUG', 2)])))).toBe('ok');
  });

  test('is not replaced by other content, nor by any content where a plain create made it', () => {
    const scenario = scenarioWith(10).after(putReservation(ID, [line('MUG', 2)]));
    const other = putReservation(ID, [line('MUG', 3)], {}, 'other');
    expect(scenario.submit(other).outcome).toMatchObject({
      refusal: { code: 'reservation_exists', currentStatus: 'held' },
    });
    const plain = idOf(NOW, 2);
    scenario.after(reserve(plain, [line('MUG', 1)]));
    expect(codeOf(scenario.submit(putReservation(plain, [line('MUG', 1)])))).toBe('reservation_exists');
    expect(scenario.counters('MUG')).toEqual([10, 3, 0]);
  });

  test('takes no id when it is refused', () => {
    const scenario = scenarioWith(1);
    const { outcome, changes } = scenario.submit(putReservation(ID, [line('MUG', 2)]));
    expect(codeOf(outcome)).toBe('insufficient_stock');
    expect(changes).toMatchObject(NOTHING);
    expect(codeOf(scenario.submit(putReservation(ID, [line('MUG', 1)], {}, 'other')))).toBe('ok');
  });

  test('is refused for its id before anything else', () => {
    const scenario = scenarioWith(1).after(withdraw(ID));
    const unknown = [line('NONE', 1)];
    expect(codeOf(scenario.submit(putReservation(ID, unknown)))).toBe('reservation_withdrawn');
    const taken = idOf(NOW, 2);
    scenario.after(putReservation(taken, [line('MUG', 1)]));
    expect(codeOf(scenario.submit(putReservation(taken, unknown, {}, 'other')))).toBe('reservation_exists');
    expect(codeOf(scenario.submit(putReservation(idOf(NOW, 3), unknown)))).toBe('unknown_sku');
  });

  test('clashes in one batch with the create that took the id, and no other is refused because of it', () => {
    const { outcomes, changes } = scenarioWith(10).decide(
      putReservation(ID, [line('MUG', 1)]),
      putReservation(ID, [line('MUG', 2)], {}, 'other'),
      putReservation(idOf(NOW, 2), [line('MUG', 4)]),
      putReservation(ID, [line('MUG', 1)]),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'reservation_exists', 'ok', 'ok']);
    expect(published(changes).events).toEqual([`reserved ${ID}`, `reserved ${idOf(NOW, 2)}`]);
  });
});

describe('an id', () => {
  const HOUR = 3_600_000;
  test.each([
    ['of now', idOf(NOW), 'ok'],
    ['24 hours old', idOf(NOW - 24 * HOUR), 'ok'],
    ['older', idOf(NOW - 24 * HOUR - 1), 'validation_failed'],
    ['5 minutes ahead', idOf(NOW + HOUR / 12), 'ok'],
    ['further ahead', idOf(NOW + HOUR / 12 + 1), 'validation_failed'],
    ['of another version', idOf(NOW).replace('-7', '-4'), 'validation_failed'],
    ['of another variant', idOf(NOW).replace('-8', '-c'), 'validation_failed'],
  ])('%s: %s is %s', (_what, id, code) => {
    expect(codeOf(scenarioWith(1).submit(putReservation(id, [line('MUG', 1)])))).toBe(code);
    expect(codeOf(scenarioWith(1).submit(withdraw(id)))).toBe(code);
  });

  test('that is refused says why', () => {
    const { outcome } = scenarioWith(1).submit(putReservation(idOf(NOW - 25 * HOUR), [line('MUG', 1)]));
    expect(outcome).toMatchObject({
      refusal: {
        detail: expect.stringContaining('is of 2026-11-19T09:00:00.000Z, more than 24 hours ago'),
        errors: [{ path: 'id', message: expect.stringContaining('more than 24 hours ago') }],
      },
    });
  });
});
