import type { Command } from '../commands.ts';
import {
  cancel,
  confirm,
  fulfill,
  iso,
  level,
  line,
  NOW,
  part,
  release,
  reserve,
  setStock,
} from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, shopWithHold, told } from '../fixtures/shop.ts';
import type { ReservationStatus } from '../reservation.ts';

describe('when confirmed', () => {
  test('without lines all that is left goes out', () => {
    const shop = shopWithHold().after(confirm('r1', { paymentReference: 'pay-1' }));
    shop.now += 5_000;

    const { outcome, changes } = shop.submit(fulfill('r1'));

    expect(outcome).toMatchObject({
      ok: true,
      changed: true,
      reservation: {
        status: 'fulfilled',
        payment_reference: 'pay-1',
        version: 3,
        updated_at: iso(NOW + 5_000),
        confirmed_at: iso(NOW),
        fulfilled_at: iso(NOW + 5_000),
        cancelled_at: null,
        lines: [
          {
            quantity: 12,
            confirmed_quantity: 12,
            fulfilled_quantity: 12,
            allocations: [
              { location: 'EAST', quantity: 10, fulfilled_quantity: 10 },
              { location: 'WEST', quantity: 2, fulfilled_quantity: 2 },
            ],
          },
          { fulfilled_quantity: 1 },
        ],
        warehouse_sync: { action: 'confirm' },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([0, 0, 0]);
    expect(shop.counters('MUG', 'WEST')).toEqual([3, 0, 0]);
    expect(shop.counters('TEE', 'EAST')).toEqual([2, 0, 0]);
    expect(
      changes.movements.map(({ kind, onHandDelta, allocatedDelta, caller }) => [
        kind,
        onHandDelta,
        allocatedDelta,
        caller,
      ]),
    ).toEqual([
      ['fulfill', -10, -10, 'shop'],
      ['fulfill', -2, -2, 'shop'],
      ['fulfill', -1, -1, 'shop'],
    ]);
    expect(told(changes)).toEqual({ events: ['deducted r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 3, data: { status: 'fulfilled' } });
  });

  test('in parts until it is whole: it stays confirmed, then it is fulfilled', () => {
    const shop = shopWithHold().after(confirm('r1'));
    const first = shop.submit(fulfill('r1', [part('MUG', 11)]));
    expect(first.outcome).toMatchObject({
      reservation: {
        status: 'confirmed',
        version: 3,
        fulfilled_at: null,
        lines: [
          {
            confirmed_quantity: 12,
            fulfilled_quantity: 11,
            allocations: [
              { quantity: 10, fulfilled_quantity: 10 },
              { quantity: 2, fulfilled_quantity: 1 },
            ],
          },
          { fulfilled_quantity: 0 },
        ],
      },
    });
    expect(shop.counters('MUG', 'WEST')).toEqual([4, 0, 1]);
    expect(told(first.changes)).toEqual({ events: ['deducted r1'], syncs: [] });

    const second = shop.submit(fulfill('r1', [part('TEE', 1)]));
    expect(second.outcome).toMatchObject({ reservation: { status: 'confirmed', version: 4 } });

    const last = shop.submit(fulfill('r1', [part('MUG', 1)]));
    expect(last.outcome).toMatchObject({
      reservation: {
        status: 'fulfilled',
        version: 5,
        fulfilled_at: iso(NOW),
        lines: [{ fulfilled_quantity: 12 }, { fulfilled_quantity: 1 }],
      },
    });
    expect(shop.counters('MUG', 'WEST')).toEqual([3, 0, 0]);
  });

  test('after a part, no lines mean the rest', () => {
    const shop = shopWithHold().after(confirm('r1'), fulfill('r1', [part('MUG', 11)]));
    const { changes } = shop.submit(fulfill('r1'));
    expect(changes.movements.map(({ sku, location, onHandDelta }) => [sku, location, onHandDelta])).toEqual([
      ['MUG', 'WEST', -1],
      ['TEE', 'EAST', -1],
    ]);
    expect(shop.reservation('r1').status).toBe('fulfilled');
  });

  test('a part with neither key nor id is deducted again', () => {
    const shop = shopWithHold().after(confirm('r1'));
    shop.submit(fulfill('r1', [part('MUG', 2)]));
    const { outcome } = shop.submit(fulfill('r1', [part('MUG', 2)]));
    expect(outcome).toMatchObject({ changed: true, reservation: { lines: [{ fulfilled_quantity: 4 }, {}] } });
    expect(shop.counters('MUG', 'EAST')).toEqual([6, 0, 6]);
  });

  test.each([
    ['it leaves the location that it names', [part('MUG', 2, 'WEST')], [10, 3]],
    ['a part with a location chooses first', [part('MUG', 9), part('MUG', 2, 'EAST')], [0, 4]],
    ['without one, the first location gives first', [part('MUG', 4)], [6, 5]],
    ['parts of one SKU are added up', [part('MUG', 4), part('MUG', 7)], [0, 4]],
  ])('%s', (_what, parts, left) => {
    const shop = shopWithHold().after(confirm('r1'));
    shop.submit(fulfill('r1', parts));
    expect([shop.level('MUG', 'EAST').onHand, shop.level('MUG', 'WEST').onHand]).toEqual(left);
  });

  test('two lines of one SKU, pinned and not, are named together', () => {
    const shop = new Shop([level('MUG', 'EAST', 10)]);
    shop.submit(reserve('r1', [line('MUG', 2), line('MUG', 3, 'EAST')], { ttlSeconds: null }));
    const { outcome } = shop.submit(fulfill('r1', [part('MUG', 4)]));
    expect(outcome).toMatchObject({
      reservation: { lines: [{ fulfilled_quantity: 2 }, { fulfilled_quantity: 2 }] },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([6, 0, 1]);
  });

  test.each([
    ['more than the line has', [part('MUG', 13)]],
    ['more than the location gives', [part('MUG', 3, 'WEST')]],
    ['more, added up', [part('MUG', 12), part('MUG', 1, 'EAST')]],
    ['a SKU that it does not have', [part('HAT', 1)]],
    ['a location that gives nothing', [part('TEE', 1, 'WEST')]],
  ])('%s is refused, and nothing goes out', (_what, parts) => {
    const { outcome, changes } = shopWithHold().after(confirm('r1')).submit(fulfill('r1', parts));
    expect(outcome).toMatchObject({
      refusal: { code: 'quantity_exceeds_remaining', currentStatus: 'confirmed' },
    });
    expect(changes).toMatchObject(NOTHING);
  });

  test('what is out already is not there to go out again', () => {
    const shop = shopWithHold().after(confirm('r1'), fulfill('r1', [part('MUG', 1, 'WEST')]));
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 2, 'WEST')])).outcome)).toBe(
      'quantity_exceeds_remaining',
    );
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 12)])).outcome)).toBe('quantity_exceeds_remaining');
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 11)])).outcome)).toBe('ok');
  });

  test('of a part that was confirmed, that part is the whole', () => {
    const shop = shopWithHold().after(confirm('r1', { parts: [part('MUG', 4)] }));
    expect(codeOf(shop.submit(fulfill('r1', [part('MUG', 5)])).outcome)).toBe('quantity_exceeds_remaining');
    expect(codeOf(shop.submit(fulfill('r1', [part('TEE', 1)])).outcome)).toBe('quantity_exceeds_remaining');
    expect(shop.submit(fulfill('r1', [part('MUG', 4)])).outcome).toMatchObject({
      reservation: { status: 'fulfilled', lines: [{ quantity: 12, fulfilled_quantity: 4 }, {}] },
    });
  });

  test('the level’s version rises when goods leave it, and only then', () => {
    const shop = shopWithHold().after(confirm('r1'));
    expect(shop.level('MUG', 'EAST').version).toBe(1);
    shop.submit(fulfill('r1', [part('MUG', 1)]));
    expect(shop.level('MUG', 'EAST').version).toBe(2);
    expect(shop.level('MUG', 'WEST').version).toBe(1);
    expect(codeOf(shop.submit(setStock('MUG', 'EAST', 9, { ifVersion: 1 })).outcome)).toBe(
      'version_conflict',
    );
  });

  test('outlives the time of its hold', () => {
    const shop = shopWithHold().after(confirm('r1'));
    shop.passTime(9_999);
    expect(codeOf(shop.submit(fulfill('r1')).outcome)).toBe('ok');
  });
});

function shopWithOrder(orderId: string | null): Shop {
  const shop = new Shop([level('MUG', 'EAST', 10)]);
  shop.submit(reserve('r1', [line('MUG', 3)], { orderId, ttlSeconds: null }));
  return shop;
}

describe('for an order', () => {
  test('it is set where there was none', () => {
    const { outcome } = shopWithOrder(null).submit(fulfill('r1', [part('MUG', 1)], { orderId: 'o-1' }));
    expect(outcome).toMatchObject({ reservation: { order_id: 'o-1', version: 2 } });
  });

  test.each(['o-1', null])('the same one, or none (%s), leaves it as it is', (orderId) => {
    const { outcome } = shopWithOrder('o-1').submit(fulfill('r1', null, { orderId }));
    expect(outcome).toMatchObject({ reservation: { order_id: 'o-1', status: 'fulfilled' } });
  });

  test('another one is refused, in every state', () => {
    const shop = shopWithOrder('o-1');
    const other = fulfill('r1', null, { orderId: 'o-2', fulfillmentId: 'f-1' });
    expect(shop.submit(other)).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'confirmed' } },
      changes: NOTHING,
    });
    shop.submit(fulfill('r1', null, { fulfillmentId: 'f-1' }));
    expect(shop.submit(other)).toMatchObject({
      outcome: { refusal: { code: 'invalid_transition', currentStatus: 'fulfilled' } },
      changes: NOTHING,
    });
  });
});

describe('when it is over', () => {
  test('fulfilled: without lines it is a repeat, and changes nothing', () => {
    const shop = shopWithHold().after(fulfill('r1'));
    const before = shop.reservation('r1');
    shop.now += 1_000;
    const { outcome, changes } = shop.submit(fulfill('r1'));
    expect(outcome).toMatchObject({ ok: true, changed: false, reservation: { version: 3 } });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.reservation('r1')).toEqual(before);
  });

  test.each<[string, readonly Command[]]>([
    ['fulfilled', [fulfill('r1')]],
    ['fulfilled by cancelling the rest', [fulfill('r1', [part('MUG', 1)]), cancel('r1')]],
  ])('%s: there is nothing left for lines', (_what, before) => {
    const shop = shopWithHold().after(...before);
    const { outcome, changes } = shop.submit(fulfill('r1', [part('MUG', 1)]));
    expect(outcome).toMatchObject({
      refusal: { code: 'quantity_exceeds_remaining', currentStatus: 'fulfilled' },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(codeOf(shop.submit(fulfill('r1')).outcome)).toBe('ok');
  });

  test.each<[ReservationStatus, readonly Command[]]>([
    ['released', [release('r1')]],
    ['cancelled', [confirm('r1'), cancel('r1')]],
  ])('%s is refused', (status, before) => {
    const shop = shopWithHold().after(...before);
    for (const parts of [null, [part('MUG', 1)]]) {
      const { outcome, changes } = shop.submit(fulfill('r1', parts));
      expect(outcome).toMatchObject({ refusal: { code: 'invalid_transition', currentStatus: status } });
      expect(changes).toMatchObject(NOTHING);
    }
  });

  test('one that never was is not found', () => {
    expect(codeOf(shopWithHold().submit(fulfill('r9')).outcome)).toBe('reservation_not_found');
  });
});
