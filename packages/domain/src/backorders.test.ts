import {
  adjustment,
  adjustStock,
  codeOf,
  confirm,
  EAST,
  fulfill,
  line,
  move,
  reallocate,
  reserve,
  setStock,
  WEST,
} from '@holdfast/testing/vocabulary';
import { level, Scenario } from './fixtures/scenario.ts';
import { available, availableOfSku, backordered, shortfall } from './stock-level.ts';

/** Two mugs in EAST, which may owe three more. */
const scenarioOf = (rest: object = {}) =>
  new Scenario([level('MUG', 2, EAST, { backorderLimit: 3, ...rest })]);

const figures = (scenario: Scenario, location = EAST) => {
  const at = scenario.level('MUG', location);
  return { available: available(at), backordered: backordered(at), shortfall: shortfall(at) };
};

describe('a level with a backorder limit', () => {
  test('promises as many more than it has, and no more', () => {
    const scenario = scenarioOf().after(reserve('r1', [line('MUG', 4)]));
    expect(figures(scenario)).toEqual({ available: 1, backordered: 2, shortfall: 0 });
    expect(scenario.submit(reserve([line('MUG', 2)])).outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ requested: 2, available: 1 }] },
    });
    expect(codeOf(scenario.submit(reserve([line('MUG', 1)])))).toBe('ok');
    expect(figures(scenario)).toEqual({ available: 0, backordered: 3, shortfall: 0 });
  });

  test('keeps its safety stock back', () => {
    expect(figures(scenarioOf({ safetyStock: 4 }))).toEqual({ available: 1, backordered: 0, shortfall: 0 });
  });

  test('ships only what is on hand', () => {
    const scenario = scenarioOf()
      .after(reserve('r1', [line('MUG', 4)]))
      .after(confirm('r1'));
    expect(scenario.submit(fulfill('r1')).outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 4, available: 2 }] },
    });
    expect(codeOf(scenario.submit(fulfill('r1', [line('MUG', 2)])))).toBe('ok');
    expect(figures(scenario)).toEqual({ available: 1, backordered: 2, shortfall: 0 });
    scenario.after(adjustStock(adjustment('MUG', 2)));
    expect(codeOf(scenario.submit(fulfill('r1')))).toBe('ok');
    expect(scenario.counters('MUG')).toEqual([0, 0, 0]);
  });

  test('is short by what goes past the limit, when the limit is lowered or a count finds less', () => {
    const scenario = scenarioOf().after(reserve('r1', [line('MUG', 5)]));
    const { changes } = scenario.submit(setStock('MUG', 2, EAST, { backorderLimit: 1 }));
    expect(figures(scenario)).toEqual({ available: 0, backordered: 3, shortfall: 2 });
    expect(changes.events).toMatchObject([
      {
        type: 'warehouse.inventory.stock_shortfall',
        data: { backorder_limit: 1, backordered: 3, shortfall: 2 },
      },
    ]);
    expect(changes.movements).toMatchObject([{ reason: 'backorder_limit 3 to 1', backorderLimitDelta: -2 }]);
    expect(changes.levels).toMatchObject([{ version: 2 }]);
    scenario.after(setStock('MUG', 0, EAST));
    expect(figures(scenario)).toEqual({ available: 0, backordered: 5, shortfall: 4 });
  });

  test('owes nothing to other levels while it is within its limit; past it they keep units back', () => {
    const scenario = new Scenario([
      level('MUG', 2, EAST, { backorderLimit: 3, priority: 1 }),
      level('MUG', 4, WEST),
    ]).after(reserve('r1', [line('MUG', 5, EAST)]));
    const ofSku = () => availableOfSku([scenario.level('MUG', EAST), scenario.level('MUG', WEST)]);
    expect(ofSku()).toBe(4);
    scenario.after(setStock('MUG', 1, EAST));
    expect(ofSku()).toBe(3);
    expect(scenario.submit(reserve([line('MUG', 4, WEST)])).outcome).toMatchObject({
      refusal: { lines: [{ available: 3 }] },
    });
  });

  test('takes units that are moved to it, up to the limit', () => {
    const scenario = new Scenario([
      level('MUG', 9, EAST),
      level('MUG', 0, WEST, { backorderLimit: 2 }),
    ]).after(reserve('r1', [line('MUG', 3, EAST)]));
    expect(codeOf(scenario.submit(reallocate('r1', [move('MUG', EAST, WEST, 3)])))).toBe(
      'insufficient_stock',
    );
    expect(codeOf(scenario.submit(reallocate('r1', [move('MUG', EAST, WEST, 2)])))).toBe('ok');
    expect(figures(scenario, WEST)).toEqual({ available: 0, backordered: 2, shortfall: 0 });
  });
});
