import { confirm, fulfill, level, line, part, reserve, setStock } from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, shopWithHold } from '../fixtures/shop.ts';

describe('when more was promised than is on hand', () => {
  test('what is not there cannot go out: the short lines are named', () => {
    const shop = shopWithHold().after(confirm('r1'), setStock('MUG', 'EAST', 4), setStock('TEE', 'EAST', 0));
    const { outcome, changes } = shop.submit(fulfill('r1'));
    expect(outcome).toMatchObject({
      refusal: { code: 'insufficient_stock', currentStatus: 'confirmed' },
    });
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', requested: 12, available: 6 },
      { sku: 'TEE', requested: 1, available: 0 },
    ]);
    expect(changes).toMatchObject(NOTHING);
  });

  test('only what is asked for must be there', () => {
    const shop = shopWithHold().after(confirm('r1'), setStock('MUG', 'EAST', 4));
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 4, 'EAST'), part('MUG', 2, 'WEST')])).outcome)).toBe(
      'ok',
    );
    expect(shop.counters('MUG', 'EAST')).toEqual([0, 0, 6]);
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 1)])).outcome)).toBe('insufficient_stock');
  });

  test('a pinned line is named with its location, and shares the level with the one that is not', () => {
    const shop = new Shop([level('MUG', 'EAST', 10)]);
    shop.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')], { ttlSeconds: null }));
    shop.submit(setStock('MUG', 'EAST', 4));
    const { outcome } = shop.submit(fulfill('r1'));
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'EAST', requested: 3, available: 2 },
    ]);
  });
});
