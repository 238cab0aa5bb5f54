import {
  cancel,
  confirm,
  level,
  line,
  part,
  reserve,
  reserveBatch,
  setStock,
  fulfill,
} from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, told } from '../fixtures/shop.ts';
import type { Outcome } from '../decide.ts';

const shopWith = (onHand: number) =>
  new Shop([level('MUG', 'EAST', onHand)], [{ sku: 'TEE', maxPerReservation: 2 }]);

const mugs = (id: string, quantity: number) => reserve(id, [line('MUG', quantity)]);

function outcomesIn(outcome: Outcome): readonly Outcome[] {
  if (outcome.ok && 'outcomes' in outcome) return outcome.outcomes;
  throw new Error(`no batch: ${JSON.stringify(outcome)}`);
}

describe('each for itself', () => {
  test('in their order: who is refused does not keep the others from their stock', () => {
    const shop = shopWith(3);
    const { outcome, changes } = shop.submit(
      reserveBatch([mugs('r1', 2), mugs('r2', 2), reserve('r3', [line('NOPE', 1)]), mugs('r4', 1)]),
    );
    expect(outcomesIn(outcome)).toMatchObject([
      { ok: true, changed: true, reservation: { id: 'r1', status: 'held', version: 1 } },
      {
        ok: false,
        refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 2, available: 1 }] },
      },
      { ok: false, refusal: { code: 'unknown_sku' } },
      { ok: true, changed: true, reservation: { id: 'r4' } },
    ]);
    expect(outcome).not.toHaveProperty('part');
    expect(told(changes).events).toEqual(['reserved r1', 'reserved r4']);
    expect(changes.created.map(({ id }) => id)).toEqual(['r1', 'r4']);
    expect(shop.counters('MUG', 'EAST')).toEqual([3, 3, 0]);
  });

  test('all refused: nothing changes, and the batch is answered all the same', () => {
    const shop = shopWith(1);
    const { outcome, changes } = shop.submit(reserveBatch([mugs('r1', 2), mugs('r2', 3)]));
    expect(outcomesIn(outcome).map(codeOf)).toEqual(['insufficient_stock', 'insufficient_stock']);
    expect(changes).toMatchObject(NOTHING);
  });

  test('some may be confirmed at once', () => {
    const shop = shopWith(3);
    const { changes } = shop.submit(
      reserveBatch([mugs('r1', 1), reserve('r2', [line('MUG', 2)], { ttlSeconds: null })]),
    );
    expect(told(changes)).toEqual({ events: ['reserved r1', 'confirmed r2'], syncs: ['confirm r2'] });
    expect(shop.counters('MUG', 'EAST')).toEqual([3, 1, 2]);
  });
});

describe('all or none', () => {
  test('all: each is answered, in their order', () => {
    const shop = shopWith(3);
    const { outcome, changes } = shop.submit(reserveBatch([mugs('r1', 2), mugs('r2', 1)], { atomic: true }));
    expect(outcomesIn(outcome)).toMatchObject([
      { ok: true, changed: true, reservation: { id: 'r1', status: 'held' } },
      { ok: true, changed: true, reservation: { id: 'r2', status: 'held' } },
    ]);
    expect(changes.movements.map(({ levelSeq, reserved }) => [levelSeq, reserved])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(shop.counters('MUG', 'EAST')).toEqual([3, 3, 0]);
  });

  test('none: the first that is refused answers for all, and nothing at all is left', () => {
    const shop = shopWith(3);
    const before = shop.snapshot;
    const { outcome, changes } = shop.submit(
      reserveBatch(
        [mugs('r1', 2), reserve('r2', [line('MUG', 1)], { ttlSeconds: null }), mugs('r3', 1), mugs('r4', 9)],
        { atomic: true },
      ),
    );
    expect(outcome).toMatchObject({
      ok: false,
      part: 2,
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'MUG', requested: 1, available: 0 }] },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.snapshot).toEqual(before);
  });

  test.each([
    ['the stock that all want is short', mugs('r2', 2), 'insufficient_stock'],
    ['there is no such SKU', reserve('r2', [line('NOPE', 1)]), 'unknown_sku'],
    ['there is no such location', reserve('r2', [line('MUG', 1, 'MARS')]), 'unknown_location'],
    ['it is more than one may have', reserve('r2', [line('TEE', 3)]), 'quantity_limit_exceeded'],
  ])('none, because %s', (_why, second, code) => {
    const shop = shopWith(3);
    const { outcome, changes } = shop.submit(reserveBatch([mugs('r1', 2), second], { atomic: true }));
    expect(outcome).toMatchObject({ ok: false, part: 1, refusal: { code } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a batch that is refused leaves what earlier commands did, also to what it touched itself', () => {
    const shop = shopWith(9);
    const { outcomes, changes } = shop.decide(
      mugs('r1', 2),
      reserve('r2', [line('MUG', 3)], { ttlSeconds: null }),
      fulfill('r2', [part('MUG', 1)], { fulfillmentId: 'f-1' }),
      reserveBatch([mugs('r3', 1), mugs('r4', 9)], { atomic: true }),
    );
    expect(outcomes.map(codeOf)).toEqual(['ok', 'ok', 'ok', 'insufficient_stock']);
    expect(told(changes)).toEqual({
      events: ['reserved r1', 'confirmed r2', 'deducted r2'],
      syncs: ['confirm r2'],
    });
    expect(changes.created.map(({ id }) => id)).toEqual(['r1', 'r2']);
    expect(changes.fulfillments).toHaveLength(1);
    expect(changes.movements.map(({ levelSeq }) => levelSeq)).toEqual([2, 3, 4]);
    expect(changes.levels).toMatchObject([{ levelSeq: 4, onHand: 8, reserved: 2, allocated: 2, version: 2 }]);
  });

  test('later commands find the stock that a refused batch would have taken, and movements go on without a gap', () => {
    const shop = shopWith(5);
    const { outcomes, changes } = shop.decide(
      mugs('r1', 1),
      reserveBatch([mugs('r2', 3), mugs('r3', 3)], { atomic: true }),
      reserveBatch([mugs('r4', 3), mugs('r5', 1)], { atomic: true }),
      confirm('r2'),
      confirm('r4'),
      cancel('r4'),
      setStock('MUG', 'EAST', 5),
    );
    expect(outcomes.map(codeOf)).toEqual([
      'ok',
      'insufficient_stock',
      'ok',
      'reservation_not_found',
      'ok',
      'ok',
      'ok',
    ]);
    expect(changes.movements.map(({ levelSeq }) => levelSeq)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(shop.counters('MUG', 'EAST')).toEqual([5, 2, 0]);
  });

  test('due holds that were given back stay given back when the batch is refused', () => {
    const shop = shopWith(3);
    shop.submit(mugs('r1', 3));
    shop.passTime();
    const { outcome, changes } = shop.submit(reserveBatch([mugs('r2', 2), mugs('r3', 2)], { atomic: true }));
    expect(outcome).toMatchObject({
      part: 1,
      refusal: { code: 'insufficient_stock', lines: [{ requested: 2, available: 1 }] },
    });
    expect(told(changes)).toEqual({ events: ['expired r1', 'released r1'], syncs: ['expire r1'] });
    expect(changes.created).toEqual([]);
    expect(shop.reservation('r1').status).toBe('expired');
    expect(shop.counters('MUG', 'EAST')).toEqual([3, 0, 0]);
  });
});
