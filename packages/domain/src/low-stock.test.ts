import type { Command } from './commands.ts';
import {
  adjustment,
  adjustStock,
  confirm,
  level,
  line,
  release,
  reserve,
  setStock,
} from './fixtures/commands.ts';
import { Shop } from './fixtures/shop.ts';
import type { StockWatch } from './stock-level.ts';

const watch = (rest: Partial<StockWatch> = {}): StockWatch => ({
  sku: 'MUG',
  threshold: 5,
  isLow: false,
  reviewAskedAt: null,
  ...rest,
});

/** 12 mugs in two places, and somebody who wants to know when only 5 are left. */
function shop(rest: Partial<StockWatch> = {}): Shop {
  const shop = new Shop([
    level('MUG', 'EAST', 8, { priority: 1 }),
    level('MUG', 'WEST', 4),
    level('MUG', 'SHUT', 100, { active: false }),
    level('TEE', 'EAST', 3),
  ]);
  shop.watches = [watch(rest)];
  return shop;
}

/** What a batch says of where SKUs stand. */
const stands = (of: Shop, ...commands: readonly Command[]) =>
  of
    .decide(...commands)
    .changes.stockStands.map(({ isLow, event }) => [
      isLow,
      event?.type.replace('warehouse.inventory.', '') ?? null,
      event?.data.available ?? null,
    ]);

describe('a SKU with a threshold', () => {
  test('is low when it falls to it, once, and recovers when it rises above', () => {
    const of = shop();
    expect(stands(of, reserve('r1', [line('MUG', 6)]))).toEqual([]);
    expect(stands(of, reserve('r2', [line('MUG', 1)]))).toEqual([[true, 'stock_low', 5]]);
    expect(stands(of, reserve('r3', [line('MUG', 1)]))).toEqual([]);
    expect(stands(of, release('r3'))).toEqual([]);
    expect(stands(of, release('r2'))).toEqual([[false, 'stock_recovered', 6]]);
  });

  test('counts reserved and allocated stock as gone, and safety stock and closed locations as not there', () => {
    const of = shop();
    expect(stands(of, reserve('r1', [line('MUG', 7)]))).toEqual([[true, 'stock_low', 5]]);
    expect(stands(of, confirm('r1'))).toEqual([]);
    const safe = shop();
    expect(stands(safe, setStock('MUG', 'EAST', 8, { safetyStock: 7 }))).toEqual([[true, 'stock_low', 5]]);
    expect(stands(safe, setStock('MUG', 'SHUT', 500))).toEqual([]);
  });

  test.each([
    ['a correction', setStock('MUG', 'EAST', 1)],
    ['damage', adjustStock(adjustment('MUG', 'EAST', -7))],
  ])('is low after %s too', (_what, command) => {
    expect(stands(shop(), command)).toEqual([[true, 'stock_low', 5]]);
  });

  test('that falls and rises within one batch has not fallen for anybody', () => {
    expect(stands(shop(), setStock('MUG', 'EAST', 0), setStock('MUG', 'EAST', 8))).toEqual([]);
  });

  test('that is refused stands where it stood', () => {
    expect(stands(shop(), reserve('r1', [line('MUG', 13)]))).toEqual([]);
  });

  test('that never had stock is not low; with its first stock it may be', () => {
    const of = new Shop([level('MUG', 'EAST', 0, { version: 0, levelSeq: 0 })]);
    of.watches = [watch()];
    expect(stands(of, { kind: 'review-stock', skus: ['MUG'] })).toEqual([]);
    expect(stands(of, setStock('MUG', 'EAST', 3))).toEqual([[true, 'stock_low', 3]]);
  });
});

describe('after something else than stock has changed', () => {
  const review = { kind: 'review-stock', skus: ['MUG'] } as const;
  const reviewAskedAt = '2026-11-20T09:00:00+00:00';

  test('a review says where the SKU stands, whatever was known of it', () => {
    expect(stands(shop({ threshold: 12, reviewAskedAt }), review)).toEqual([[true, 'stock_low', 12]]);
    expect(stands(shop({ isLow: true, reviewAskedAt }), review)).toEqual([[false, 'stock_recovered', 12]]);
  });

  test('a SKU that nobody watches any more is not low, and there is nothing to tell', () => {
    expect(stands(shop({ threshold: null, isLow: true, reviewAskedAt }), review)).toEqual([
      [false, null, null],
    ]);
  });

  test('any other command that meets the SKU does for a review', () => {
    expect(stands(shop({ threshold: 12, reviewAskedAt }), reserve('r1', [line('MUG', 1)]))).toEqual([
      [true, 'stock_low', 11],
    ]);
  });
});
