import { codeOf, confirm, fulfill, line, reserve, setStock } from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario, scenarioWithHold } from '../fixtures/scenario.ts';

describe('when more was promised than is on hand', () => {
  test('missing units cannot be fulfilled: the short lines are named', () => {
    const scenario = scenarioWithHold().after(confirm('r1'), setStock('MUG', 4), setStock('TEE', 0));
    const { outcome, changes } = scenario.submit(fulfill('r1'));
    expect(outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', currentStatus: 'confirmed' },
    });
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', requested: 12, available: 6 },
      { sku: 'TEE', requested: 1, available: 0 },
    ]);
    expect(changes).toMatchObject(NOTHING);
  });

  test('only the requested units must be there', () => {
    const scenario = scenarioWithHold().after(confirm('r1'), setStock('MUG', 4));
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 4, 'EAST'), line('MUG', 2, 'WEST')])))).toBe(
      'ok',
    );
    expect(scenario.counters('MUG')).toEqual([0, 0, 6]);
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 1)])))).toBe('insufficient_stock');
  });

  test('a pinned line is named with its location, and shares the level with the one that is not', () => {
    const scenario = new Scenario([level('MUG', 10)]);
    scenario.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')], { ttlSeconds: null }));
    scenario.submit(setStock('MUG', 4));
    const { outcome } = scenario.submit(fulfill('r1'));
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'EAST', requested: 3, available: 2 },
    ]);
  });
});
