import { codeOf, confirm, line, reserve, setStock } from '@holdfast/testing/vocabulary';
import { iso, level, NOW, NOTHING, Scenario, published } from '../fixtures/scenario.ts';

/** MUG/EAST has been set once; MUG/WEST exists as an empty row that the ledger has just added. */
function newScenario(): Scenario {
  return new Scenario([
    level('MUG', 10, 'EAST', { priority: 1 }),
    level('MUG', 0, 'WEST', { version: 0, levelSeq: 0 }),
    level('TEE', 0, 'EAST', { version: 0, levelSeq: 0 }),
  ]);
}

describe('a level that has never been set', () => {
  test('is created, at version 1', () => {
    const scenario = newScenario();
    const { outcome, changes } = scenario.submit(
      setStock('MUG', 7, 'WEST', { safetyStock: 2, reason: 'receipt' }),
    );
    expect(outcome).toEqual({
      ok: true,
      created: true,
      level: {
        sku: 'MUG',
        location: 'WEST',
        on_hand: 7,
        reserved: 0,
        allocated: 0,
        safety_stock: 2,
        backorder_limit: 0,
        backordered: 0,
        shortfall: 0,
        available: 5,
        version: 1,
        updated_at: iso(NOW),
      },
    });
    expect(changes.movements).toMatchObject([
      {
        kind: 'set',
        levelSeq: 1,
        onHandDelta: 7,
        onHand: 7,
        reason: 'receipt',
        reservationId: null,
        caller: 'checkout',
      },
    ]);
    expect(published(changes)).toEqual({ events: [], syncs: [] });
  });

  test('is created also with nothing in it', () => {
    const { outcome, changes } = newScenario().submit(setStock('MUG', 0, 'WEST'));
    expect(outcome).toMatchObject({ created: true, level: { on_hand: 0, version: 1 } });
    expect(changes.movements).toHaveLength(1);
  });

  test.each([0, 1, 2])('does not match If-Match "%d"', (version) => {
    const { outcome, changes } = newScenario().submit(setStock('MUG', 7, 'WEST', { ifVersion: [version] }));
    expect(codeOf(outcome)).toBe('version_conflict');
    expect(changes).toMatchObject(NOTHING);
  });

  test('does not match If-Match "0" either when there is not even a row of it', () => {
    const bare = new Scenario([level('MUG', 1), level('TEE', 1, 'WEST')]);
    expect(codeOf(bare.submit(setStock('MUG', 7, 'WEST', { ifVersion: [0] })))).toBe('version_conflict');
  });
});

describe('a level that has been set', () => {
  test.each([
    ['any', 'MUG', 'EAST', 'ok'],
    ['any', 'MUG', 'WEST', 'version_conflict'],
    ['none', 'MUG', 'EAST', 'version_conflict'],
    ['none', 'MUG', 'WEST', 'ok'],
    [[], 'MUG', 'EAST', 'version_conflict'],
    [[7, 1], 'MUG', 'EAST', 'ok'],
  ] as const)('if it has to be of version %j, %s at %s: %s', (ifVersion, sku, location, code) => {
    expect(codeOf(newScenario().submit(setStock(sku, 7, location, { ifVersion })))).toBe(code);
  });

  test('gets a new version with every accepted set, also of what was expected', () => {
    const scenario = newScenario();
    expect(scenario.submit(setStock('MUG', 12)).outcome).toMatchObject({
      created: false,
      level: { version: 2 },
    });
    const { outcome, changes } = scenario.submit(setStock('MUG', 12));
    expect(outcome).toMatchObject({ created: false, level: { on_hand: 12, version: 3 } });
    expect(changes.movements).toMatchObject([{ kind: 'set', onHandDelta: 0, onHand: 12, levelSeq: 3 }]);
  });

  test('is compared and set with the version that the caller saw', () => {
    const scenario = newScenario();
    expect(scenario.submit(setStock('MUG', 12, 'EAST', { ifVersion: [1] })).outcome).toMatchObject({
      level: { version: 2 },
    });
    expect(scenario.submit(setStock('MUG', 99, 'EAST', { ifVersion: [1] }))).toMatchObject({
      outcome: { refusal: { code: 'version_conflict' } },
      changes: NOTHING,
    });
    expect(scenario.level('MUG').onHand).toBe(12);
  });

  test('lets one of two callers with the same version win, in one batch', () => {
    const scenario = newScenario();
    const { outcomes } = scenario.decide(
      setStock('MUG', 20, 'EAST', { ifVersion: [1] }),
      setStock('MUG', 30, 'EAST', { ifVersion: [1] }),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'version_conflict']);
    expect(scenario.level('MUG').onHand).toBe(20);
  });

  test('keeps its safety stock where the caller names none, and changes it alone', () => {
    const scenario = newScenario();
    scenario.submit(setStock('MUG', 10, 'EAST', { safetyStock: 4 }));
    expect(scenario.submit(setStock('MUG', 11)).outcome).toMatchObject({
      level: { safety_stock: 4, available: 7 },
    });
    const { outcome, changes } = scenario.submit(setStock('MUG', 11, 'EAST', { safetyStock: 0 }));
    expect(outcome).toMatchObject({ level: { safety_stock: 0, available: 11, version: 4 } });
    expect(changes.movements).toMatchObject([{ onHandDelta: 0 }]);
  });

  test('below what is promised has a shortfall, and nothing more is sold from it until it is gone', () => {
    const scenario = newScenario();
    scenario.submit(reserve('r1', [line('MUG', 8)]));
    expect(scenario.submit(setStock('MUG', 5)).outcome).toMatchObject({
      ok: true,
      level: { on_hand: 5, reserved: 8, shortfall: 3, available: 0 },
    });
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 1)])))).toBe('insufficient_stock');
    expect(codeOf(scenario.submit(confirm('r1')))).toBe('ok');
    expect(scenario.submit(setStock('MUG', 9)).outcome).toMatchObject({
      level: { shortfall: 0, available: 1 },
    });
  });

  test('with more safety stock than there is has nothing to sell, and no shortfall', () => {
    const scenario = newScenario();
    expect(scenario.submit(setStock('MUG', 5, 'EAST', { safetyStock: 6 })).outcome).toMatchObject({
      level: { available: 0, shortfall: 0 },
    });
    expect(codeOf(scenario.submit(reserve('r1', [line('MUG', 1)])))).toBe('insufficient_stock');
  });
});

describe('a level that cannot be', () => {
  test.each([
    ['of an unknown SKU', setStock('NOPE', 1), 'sku_not_found'],
    ['at an unknown location', setStock('MUG', 1, 'MOON'), 'location_not_found'],
  ])('%s is refused', (_what, command, code) => {
    const { outcome, changes } = newScenario().submit(command);
    expect(codeOf(outcome)).toBe(code);
    expect(changes).toMatchObject(NOTHING);
  });
});

test('a change of safety stock without a reason is its own reason: the counters do not show it', () => {
  const scenario = newScenario();
  expect(scenario.submit(setStock('MUG', 10, 'EAST', { safetyStock: 3 })).changes.movements).toMatchObject([
    { onHandDelta: 0, reason: 'safety_stock 0 to 3' },
  ]);
  expect(
    scenario.submit(setStock('MUG', 10, 'EAST', { safetyStock: 1, reason: 'sale' })).changes.movements,
  ).toMatchObject([{ reason: 'sale' }]);
  expect(scenario.submit(setStock('MUG', 10, 'EAST', { safetyStock: 1 })).changes.movements).toMatchObject([
    { reason: null },
  ]);
});
