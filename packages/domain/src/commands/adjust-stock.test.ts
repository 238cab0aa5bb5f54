import { adjustment, adjustStock, codeOf, line, reserve } from '@holdfast/testing/vocabulary';
import { level, Scenario } from '../fixtures/scenario.ts';

const newScenario = () =>
  new Scenario([level('MUG', 10), level('TEE', 3), level('MUG', 0, 'WEST', { version: 0, levelSeq: 0 })]);

describe('an adjustment', () => {
  test('moves each level it names, line by line, and answers with each level once', () => {
    const { outcome, changes } = newScenario().submit(
      adjustStock(adjustment('MUG', -2, 'EAST', 'broken'), adjustment('TEE', 1), adjustment('MUG', 5)),
    );
    expect(outcome).toMatchObject({
      ok: true,
      levels: [
        { sku: 'MUG', on_hand: 13, version: 3 },
        { sku: 'TEE', on_hand: 4, version: 2 },
      ],
    });
    expect(changes.movements).toMatchObject([
      { sku: 'TEE', kind: 'adjust', onHandDelta: 1, onHand: 4, reason: 'receipt' },
      { sku: 'MUG', kind: 'adjust', onHandDelta: 5, onHand: 15, reason: 'receipt' },
      { sku: 'MUG', kind: 'adjust', onHandDelta: -2, onHand: 13, reason: 'broken' },
    ]);
  });

  test('makes a level where there was none', () => {
    expect(newScenario().submit(adjustStock(adjustment('MUG', 4, 'WEST'))).outcome).toMatchObject({
      levels: [{ location: 'WEST', on_hand: 4, version: 1 }],
    });
  });

  test('of more than is on hand changes nothing, and names what is short', () => {
    const { outcome, changes } = newScenario().submit(
      adjustStock(adjustment('MUG', 1), adjustment('TEE', -2), adjustment('TEE', -2)),
    );
    expect(outcome).toMatchObject({
      ok: false,
      refusal: {
        code: 'insufficient_stock',
        lines: [{ sku: 'TEE', location: 'EAST', requested: 4, available: 3 }],
      },
    });
    expect(changes).toMatchObject({ levels: [], movements: [] });
  });

  test('may take what is promised: a shortfall', () => {
    const of = newScenario().after(reserve('r1', [line('MUG', 8)]));
    expect(of.submit(adjustStock(adjustment('MUG', -5))).outcome).toMatchObject({
      levels: [{ on_hand: 5, reserved: 8, shortfall: 3, available: 0 }],
    });
  });

  test.each([
    ['a SKU that is not there', adjustment('CAP', 1), 'unknown_sku'],
    ['a location that is not there', adjustment('MUG', 1, 'NOWHERE'), 'unknown_location'],
    ['a level that came into being too late', adjustment('TEE', 1, 'WEST'), 'unknown_sku'],
    ['more than a level holds', adjustment('MUG', 1_000_000_000), 'quantity_limit_exceeded'],
  ])('of %s is refused', (_what, wrong, code) => {
    const { outcome, changes } = newScenario().submit(adjustStock(adjustment('TEE', 1), wrong));
    expect(codeOf(outcome)).toBe(code);
    expect(changes.movements).toEqual([]);
  });

  test('may not hold more than a level can for a moment either', () => {
    const much = 1_000_000_000;
    const { outcome } = newScenario().submit(
      adjustStock(...[much, much, -much, -much].map((delta) => adjustment('MUG', delta))),
    );
    expect(codeOf(outcome)).toBe('quantity_limit_exceeded');
  });
});
