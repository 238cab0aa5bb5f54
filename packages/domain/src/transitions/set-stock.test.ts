import { confirm, iso, level, line, NOW, reserve, setStock } from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, told } from '../fixtures/shop.ts';

/** MUG/EAST has been set once; MUG/WEST exists as an empty row that the ledger has just added. */
function shop(): Shop {
  return new Shop([
    level('MUG', 'EAST', 10, { priority: 1 }),
    level('MUG', 'WEST', 0, { version: 0, levelSeq: 0 }),
    level('TEE', 'EAST', 0, { version: 0, levelSeq: 0 }),
  ]);
}

describe('a level that has never been set', () => {
  test('is created, at version 1', () => {
    const shops = shop();
    const { outcome, changes } = shops.submit(
      setStock('MUG', 'WEST', 7, { safetyStock: 2, reason: 'receipt' }),
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
        caller: 'shop',
      },
    ]);
    expect(told(changes)).toEqual({ events: [], syncs: [] });
  });

  test('is created also with nothing in it', () => {
    const { outcome, changes } = shop().submit(setStock('MUG', 'WEST', 0));
    expect(outcome).toMatchObject({ created: true, level: { on_hand: 0, version: 1 } });
    expect(changes.movements).toHaveLength(1);
  });

  test.each([0, 1, 2])('does not match If-Match "%d"', (ifVersion) => {
    const { outcome, changes } = shop().submit(setStock('MUG', 'WEST', 7, { ifVersion }));
    expect(codeOf(outcome)).toBe('version_conflict');
    expect(changes).toMatchObject(NOTHING);
  });

  test('does not match If-Match "0" either when there is not even a row of it', () => {
    const bare = new Shop([level('MUG', 'EAST', 1), level('TEE', 'WEST', 1)]);
    expect(codeOf(bare.submit(setStock('MUG', 'WEST', 7, { ifVersion: 0 })).outcome)).toBe(
      'version_conflict',
    );
  });
});

describe('a level that has been set', () => {
  test('gets a new version with every accepted set, also of what was expected', () => {
    const shops = shop();
    expect(shops.submit(setStock('MUG', 'EAST', 12)).outcome).toMatchObject({
      created: false,
      level: { version: 2 },
    });
    const { outcome, changes } = shops.submit(setStock('MUG', 'EAST', 12));
    expect(outcome).toMatchObject({ created: false, level: { on_hand: 12, version: 3 } });
    expect(changes.movements).toMatchObject([{ kind: 'set', onHandDelta: 0, onHand: 12, levelSeq: 3 }]);
  });

  test('is compared and set with the version that the caller saw', () => {
    const shops = shop();
    expect(shops.submit(setStock('MUG', 'EAST', 12, { ifVersion: 1 })).outcome).toMatchObject({
      level: { version: 2 },
    });
    expect(shops.submit(setStock('MUG', 'EAST', 99, { ifVersion: 1 }))).toMatchObject({
      outcome: { refusal: { code: 'version_conflict' } },
      changes: NOTHING,
    });
    expect(shops.level('MUG', 'EAST').onHand).toBe(12);
  });

  test('lets one of two callers with the same version win, in one batch', () => {
    const shops = shop();
    const { outcomes } = shops.decide(
      setStock('MUG', 'EAST', 20, { ifVersion: 1 }),
      setStock('MUG', 'EAST', 30, { ifVersion: 1 }),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'version_conflict']);
    expect(shops.level('MUG', 'EAST').onHand).toBe(20);
  });

  test('keeps its safety stock where the caller names none, and changes it alone', () => {
    const shops = shop();
    shops.submit(setStock('MUG', 'EAST', 10, { safetyStock: 4 }));
    expect(shops.submit(setStock('MUG', 'EAST', 11)).outcome).toMatchObject({
      level: { safety_stock: 4, available: 7 },
    });
    const { outcome, changes } = shops.submit(setStock('MUG', 'EAST', 11, { safetyStock: 0 }));
    expect(outcome).toMatchObject({ level: { safety_stock: 0, available: 11, version: 4 } });
    expect(changes.movements).toMatchObject([{ onHandDelta: 0 }]);
  });

  test('below what is promised has a shortfall, and nothing more is sold from it until it is gone', () => {
    const shops = shop();
    shops.submit(reserve('r1', [line('MUG', 8)]));
    expect(shops.submit(setStock('MUG', 'EAST', 5)).outcome).toMatchObject({
      ok: true,
      level: { on_hand: 5, reserved: 8, shortfall: 3, available: 0 },
    });
    expect(codeOf(shops.submit(reserve('r2', [line('MUG', 1)])).outcome)).toBe('insufficient_stock');
    expect(codeOf(shops.submit(confirm('r1')).outcome)).toBe('ok');
    expect(shops.submit(setStock('MUG', 'EAST', 9)).outcome).toMatchObject({
      level: { shortfall: 0, available: 1 },
    });
  });

  test('with more safety stock than there is has nothing to sell, and no shortfall', () => {
    const shops = shop();
    expect(shops.submit(setStock('MUG', 'EAST', 5, { safetyStock: 6 })).outcome).toMatchObject({
      level: { available: 0, shortfall: 0 },
    });
    expect(codeOf(shops.submit(reserve('r1', [line('MUG', 1)])).outcome)).toBe('insufficient_stock');
  });
});

describe('a level that cannot be', () => {
  test.each([
    ['of an unknown SKU', setStock('NOPE', 'EAST', 1), 'sku_not_found'],
    ['at an unknown location', setStock('MUG', 'MOON', 1), 'location_not_found'],
  ])('%s is refused', (_what, command, code) => {
    const { outcome, changes } = shop().submit(command);
    expect(codeOf(outcome)).toBe(code);
    expect(changes).toMatchObject(NOTHING);
  });
});

test('a change of safety stock that nobody gives a reason for is its own reason: the counters do not show it', () => {
  const shops = shop();
  expect(shops.submit(setStock('MUG', 'EAST', 10, { safetyStock: 3 })).changes.movements).toMatchObject([
    { onHandDelta: 0, reason: 'safety_stock 0 to 3' },
  ]);
  expect(
    shops.submit(setStock('MUG', 'EAST', 10, { safetyStock: 1, reason: 'sale' })).changes.movements,
  ).toMatchObject([{ reason: 'sale' }]);
  expect(shops.submit(setStock('MUG', 'EAST', 10, { safetyStock: 1 })).changes.movements).toMatchObject([
    { reason: null },
  ]);
});
