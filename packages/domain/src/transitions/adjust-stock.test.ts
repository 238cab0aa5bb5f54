import { adjustment, adjustStock, level, line, reserve } from '../fixtures/commands.ts';
import { codeOf, Shop } from '../fixtures/shop.ts';

const shop = () =>
  new Shop([
    level('MUG', 'EAST', 10),
    level('TEE', 'EAST', 3),
    level('MUG', 'WEST', 0, { version: 0, levelSeq: 0 }),
  ]);

describe('an adjustment', () => {
  test('moves each level it names, line by line, and answers with each level once', () => {
    const { outcome, changes } = shop().submit(
      adjustStock(
        adjustment('MUG', 'EAST', -2, 'broken'),
        adjustment('TEE', 'EAST', 1),
        adjustment('MUG', 'EAST', 5),
      ),
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
    expect(shop().submit(adjustStock(adjustment('MUG', 'WEST', 4))).outcome).toMatchObject({
      levels: [{ location: 'WEST', on_hand: 4, version: 1 }],
    });
  });

  test('of more than is on hand changes nothing, and names what is short', () => {
    const { outcome, changes } = shop().submit(
      adjustStock(adjustment('MUG', 'EAST', 1), adjustment('TEE', 'EAST', -2), adjustment('TEE', 'EAST', -2)),
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
    const of = shop().after(reserve('r1', [line('MUG', 8)]));
    expect(of.submit(adjustStock(adjustment('MUG', 'EAST', -5))).outcome).toMatchObject({
      levels: [{ on_hand: 5, reserved: 8, shortfall: 3, available: 0 }],
    });
  });

  test.each([
    ['a SKU that is not there', adjustment('CAP', 'EAST', 1), 'unknown_sku'],
    ['a location that is not there', adjustment('MUG', 'NOWHERE', 1), 'unknown_location'],
    ['a level that came into being too late', adjustment('TEE', 'WEST', 1), 'unknown_sku'],
    ['more than a level holds', adjustment('MUG', 'EAST', 1_000_000_000), 'quantity_limit_exceeded'],
  ])('of %s is refused', (_what, wrong, code) => {
    const { outcome, changes } = shop().submit(adjustStock(adjustment('TEE', 'EAST', 1), wrong));
    expect(codeOf(outcome)).toBe(code);
    expect(changes.movements).toEqual([]);
  });

  test('may not hold more than a level can for a moment either', () => {
    const much = 1_000_000_000;
    const { outcome } = shop().submit(
      adjustStock(...[much, much, -much, -much].map((delta) => adjustment('MUG', 'EAST', delta))),
    );
    expect(codeOf(outcome)).toBe('quantity_limit_exceeded');
  });
});
