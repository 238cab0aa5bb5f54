import {
  codeOf,
  deleteStockLevel,
  expire,
  line,
  patchStock,
  reserve,
  setStock,
} from '@holdfast/testing/vocabulary';
import { level, NOTHING, Scenario } from '../fixtures/scenario.ts';

const newScenario = () =>
  new Scenario([
    level('MUG', 10, 'EAST', { version: 3, levelSeq: 3, safetyStock: 1 }),
    level('MUG', 0, 'WEST', { version: 7, levelSeq: 9, safetyStock: 2 }),
  ]);

describe('a patch', () => {
  test('changes what it names, and leaves the rest', () => {
    const scenario = newScenario();
    expect(scenario.submit(patchStock('MUG', { safetyStock: 4 })).outcome).toMatchObject({
      created: false,
      level: { on_hand: 10, safety_stock: 4, version: 4 },
    });
    expect(scenario.submit(patchStock('MUG', { onHand: 8 })).outcome).toMatchObject({
      level: { on_hand: 8, safety_stock: 4, version: 5 },
    });
  });

  test('that changes nothing leaves a movement, as the audit shows who counted, but not a new version', () => {
    const { outcome, changes } = newScenario().submit(patchStock('MUG', { onHand: 10, reason: 'counted' }));
    expect(outcome).toMatchObject({ level: { version: 3 } });
    expect(changes.movements).toMatchObject([
      { kind: 'set', onHandDelta: 0, levelSeq: 4, reason: 'counted' },
    ]);
  });

  test.each([
    [patchStock('MUG', { onHand: 1 }, 'SOUTH'), 'location_not_found'],
    [patchStock('NO-SUCH-SKU', { onHand: 1 }), 'sku_not_found'],
    [patchStock('MUG', { onHand: 1, ifVersion: [2] }), 'version_conflict'],
    [patchStock('MUG', { onHand: 1, ifVersion: [2, 3] }), 'ok'],
  ])('%j is answered %s', (command, code) => {
    expect(codeOf(newScenario().submit(command).outcome)).toBe(code);
  });
});

describe('a deleted level', () => {
  test('does not exist any more', () => {
    const scenario = newScenario().after(deleteStockLevel('MUG', 'WEST'));
    expect(codeOf(scenario.submit(patchStock('MUG', { onHand: 1 }, 'WEST')).outcome)).toBe('not_found');
    expect(codeOf(scenario.submit(deleteStockLevel('MUG', 'WEST')).outcome)).toBe('not_found');
    expect(codeOf(scenario.submit(deleteStockLevel('MUG', 'WEST', 'any')).outcome)).toBe('version_conflict');
    expect(codeOf(scenario.submit(setStock('MUG', 1, 'WEST', { ifVersion: [7] })).outcome)).toBe(
      'version_conflict',
    );
  });

  test('goes on with its version when it is set again, without its old settings', () => {
    const scenario = newScenario().after(deleteStockLevel('MUG', 'WEST'));
    expect(scenario.submit(setStock('MUG', 1, 'WEST', { ifVersion: 'none' })).outcome).toMatchObject({
      created: true,
      level: { on_hand: 1, safety_stock: 0, version: 8 },
    });
    expect(scenario.level('MUG', 'WEST').levelSeq).toBe(11);
  });

  test('has had no units and no promises', () => {
    const scenario = newScenario();
    const { outcome, changes } = scenario.submit(deleteStockLevel('MUG'));
    expect(codeOf(outcome)).toBe('in_use');
    expect(changes).toMatchObject(NOTHING);
    scenario.decide(reserve('r1', [line('MUG', 9)]), setStock('MUG', 0));
    expect(codeOf(scenario.submit(deleteStockLevel('MUG')).outcome)).toBe('in_use');
    scenario.passTime();
    expect(codeOf(scenario.after(expire('r1')).submit(deleteStockLevel('MUG')).outcome)).toBe('ok');
  });

  test('is deleted only in the version that the caller has seen', () => {
    expect(codeOf(newScenario().submit(deleteStockLevel('MUG', 'WEST', [6])).outcome)).toBe(
      'version_conflict',
    );
    expect(codeOf(newScenario().submit(deleteStockLevel('MUG', 'WEST', [7])).outcome)).toBe('ok');
  });
});
