import type { LinePart } from '../commands.ts';
import { confirm, iso, level, line, NOW, part, release, reserve } from '../fixtures/commands.ts';
import { codeOf, NOTHING, ONLY_A_REFUSAL, Shop, shopWithHold, told } from '../fixtures/shop.ts';
import type { ReservationStatus } from '../reservation.ts';

function shopWithConfirmed(parts: readonly LinePart[] | null = null, orderId: string | null = null): Shop {
  const shop = shopWithHold();
  shop.submit(confirm('r1', { parts, orderId, paymentReference: 'pay-1' }));
  return shop;
}

describe('when held', () => {
  test('is confirmed whole: what was reserved is allocated', () => {
    const shop = shopWithHold();
    shop.now += 5_000;

    const { outcome, changes } = shop.submit(confirm('r1', { paymentReference: 'pay-1', orderId: 'o-1' }));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'confirmed',
        order_id: 'o-1',
        payment_reference: 'pay-1',
        version: 2,
        created_at: iso(NOW),
        updated_at: iso(NOW + 5_000),
        confirmed_at: iso(NOW + 5_000),
        expired_at: null,
        lines: [
          { quantity: 12, confirmed_quantity: 12, allocations: [{ quantity: 10 }, { quantity: 2 }] },
          { quantity: 1, confirmed_quantity: 1, allocations: [{ quantity: 1 }] },
        ],
        warehouse_sync: { action: 'confirm', state: 'pending' },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 10]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, 2]);
    expect(shop.counters('TEE', 'EAST')).toEqual([3, 0, 1]);
    expect(
      changes.movements.map(({ kind, reservedDelta, allocatedDelta }) => [
        kind,
        reservedDelta,
        allocatedDelta,
      ]),
    ).toEqual([
      ['confirm', -10, 10],
      ['confirm', -2, 2],
      ['confirm', -1, 1],
    ]);
    expect(told(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 2 });
    expect(changes.syncs[0]).toMatchObject({
      ordinal: 1,
      orderId: 'o-1',
      lines: [
        { sku: 'MUG', location: 'EAST', quantity: 10 },
        { sku: 'MUG', location: 'WEST', quantity: 2 },
        { sku: 'TEE', location: 'EAST', quantity: 1 },
      ],
    });
  });

  test.each([
    [
      'the last location gives back first',
      [part('MUG', 11), part('TEE', 1)],
      [
        ['EAST', 10],
        ['WEST', 1],
      ],
    ],
    ['a location that gives back all is no longer named', [part('MUG', 4)], [['EAST', 4]]],
    [
      'a part may name its location',
      [part('MUG', 2, 'WEST'), part('MUG', 1, 'EAST')],
      [
        ['EAST', 1],
        ['WEST', 2],
      ],
    ],
    [
      'a part with a location chooses first',
      [part('MUG', 9), part('MUG', 2, 'EAST')],
      [
        ['EAST', 10],
        ['WEST', 1],
      ],
    ],
    ['a line of which no part is named is given back', [part('TEE', 1)], []],
  ] as const)('is confirmed in part: %s', (_what, parts, mugs) => {
    const shop = shopWithHold();

    const { outcome, changes } = shop.submit(confirm('r1', { parts }));

    const confirmed = mugs.reduce((sum, [, quantity]) => sum + quantity, 0);
    expect(outcome).toMatchObject({
      reservation: {
        status: 'confirmed',
        lines: [{ quantity: 12, confirmed_quantity: confirmed, cancelled_quantity: 0 }, {}],
      },
    });
    expect(shop.reservation('r1').lines[0]?.allocations).toEqual(
      mugs.map(([location, quantity]) => ({ location, quantity, fulfilledQuantity: 0 })),
    );
    const of = (location: string) => mugs.find(([each]) => each === location)?.[1] ?? 0;
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, of('EAST')]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 0, of('WEST')]);
    expect(shop.level('TEE', 'EAST').reserved).toBe(0);
    expect(told(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.syncs[0]?.lines.filter(({ sku }) => sku === 'MUG')).toEqual(
      mugs.map(([location, quantity]) => ({ sku: 'MUG', location, quantity })),
    );
  });

  test.each([
    ['more than the line has', [part('MUG', 13)]],
    ['more than the location gives', [part('MUG', 3, 'WEST')]],
    ['more, added up', [part('MUG', 12), part('MUG', 1, 'EAST')]],
    ['a SKU that it does not have', [part('HAT', 1)]],
    ['a location that gives nothing', [part('TEE', 1, 'WEST')]],
  ])('is not confirmed with %s, and stays as it was', (_what, parts) => {
    const shop = shopWithHold();
    const { outcome, changes } = shop.submit(confirm('r1', { parts }));
    expect(outcome).toMatchObject({ refusal: { code: 'quantity_exceeds_remaining', currentStatus: 'held' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('two lines of one SKU, pinned and not, are named together', () => {
    const shop = new Shop([level('MUG', 'EAST', 10)]);
    shop.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')]));
    const { outcome } = shop.submit(confirm('r1', { parts: [part('MUG', 4)] }));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ confirmed_quantity: 2 }, { confirmed_quantity: 2 }] },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 4]);
  });

  test('for another order is refused; for the same one it is not', () => {
    const shop = new Shop([level('MUG', 'EAST', 10)]);
    shop.submit(reserve('r1', [line('MUG', 2)], { orderId: 'o-1' }));
    expect(shop.submit(confirm('r1', { orderId: 'o-2' }))).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'held' } },
      changes: NOTHING,
    });
    expect(shop.submit(confirm('r1', { orderId: 'o-1' })).outcome).toMatchObject({
      reservation: { order_id: 'o-1' },
    });
  });
});

describe('when confirmed', () => {
  test.each([
    ['the whole', null, null],
    ['the whole, by its lines', null, [part('TEE', 1), part('MUG', 12)]],
    ['the same part', [part('MUG', 11)], [part('MUG', 11)]],
    ['the same part, by location', [part('MUG', 11)], [part('MUG', 1, 'WEST'), part('MUG', 10, 'EAST')]],
    ['a part, then no lines', [part('MUG', 11)], null],
  ])('a repeat with %s answers the same and changes nothing', (_what, first, second) => {
    const shop = shopWithConfirmed(first, 'o-1');
    const before = shop.reservation('r1');
    const { outcome, changes } = shop.submit(confirm('r1', { parts: second, paymentReference: 'pay-2' }));
    expect(outcome).toMatchObject({
      ok: true,
      changed: false,
      reservation: { version: 2, payment_reference: 'pay-1' },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.reservation('r1')).toEqual(before);
  });

  test.each([
    ['fewer', [part('MUG', 11)]],
    ['more', [part('MUG', 13), part('TEE', 1)]],
    ['elsewhere', [part('MUG', 9, 'EAST'), part('MUG', 3, 'WEST'), part('TEE', 1)]],
  ])('a repeat with other lines (%s) is refused', (_what, parts) => {
    const { outcome, changes } = shopWithConfirmed().submit(confirm('r1', { parts }));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
    expect(changes).toMatchObject(NOTHING);
  });

  test('a repeat for another order is refused', () => {
    const { outcome } = shopWithConfirmed(null, 'o-1').submit(confirm('r1', { orderId: 'o-2' }));
    expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } });
  });
});

describe('when it is over', () => {
  test.each<[ReservationStatus, string]>([
    ['fulfilled', 'ok'],
    ['released', 'invalid_transition'],
    ['cancelled', 'invalid_transition'],
  ])('%s: %s, and nothing changes but that a refusal is told', (status, code) => {
    const shop = shopWithConfirmed();
    shop.pretend('r1', { status });
    const { outcome, changes } = shop.submit(confirm('r1'));
    expect(codeOf(outcome)).toBe(code);
    expect(outcome).toMatchObject(
      code === 'ok' ? { changed: false } : { refusal: { currentStatus: status } },
    );
    expect(changes).toMatchObject(code === 'ok' ? NOTHING : ONLY_A_REFUSAL);
  });

  test('a released hold is not reacquired', () => {
    const shop = shopWithHold();
    shop.submit(release('r1'));
    expect(codeOf(shop.submit(confirm('r1', { onExpired: 'reacquire' })).outcome)).toBe('invalid_transition');
  });

  test('one that never was is not found', () => {
    expect(codeOf(shopWithHold().submit(confirm('r9')).outcome)).toBe('reservation_not_found');
  });
});
