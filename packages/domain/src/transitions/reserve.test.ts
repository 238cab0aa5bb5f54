import { iso, level, line, NOW, reserve, TTL_SECONDS } from '../fixtures/commands.ts';
import { codeOf, NOTHING, Shop, told } from '../fixtures/shop.ts';

const shopWithMugs = () =>
  new Shop([
    level('MUG', 'EAST', 10, { priority: 1 }),
    level('MUG', 'WEST', 5),
    level('TEE', 'EAST', 3, { priority: 1 }),
  ]);

describe('when there is enough', () => {
  test('a reservation is held, with its lines, until its time', () => {
    const shop = shopWithMugs();

    const { outcome } = shop.submit(
      reserve('r1', [line('MUG', 12), line('TEE', 1, 'EAST')], {
        orderId: 'o-1',
        cartId: 'c-1',
        storeId: 's-1',
        source: 'web',
        metadata: { channel: 'app' },
      }),
    );

    expect(outcome).toEqual({
      ok: true,
      changed: true,
      reservation: {
        id: 'r1',
        status: 'held',
        order_id: 'o-1',
        cart_id: 'c-1',
        store_id: 's-1',
        source: 'web',
        release_reason: null,
        payment_reference: null,
        expires_at: iso(NOW + TTL_SECONDS * 1000),
        extensions: 0,
        lines: [
          {
            sku: 'MUG',
            location: null,
            quantity: 12,
            confirmed_quantity: 0,
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            allocations: [
              { location: 'EAST', quantity: 10, fulfilled_quantity: 0 },
              { location: 'WEST', quantity: 2, fulfilled_quantity: 0 },
            ],
          },
          {
            sku: 'TEE',
            location: 'EAST',
            quantity: 1,
            confirmed_quantity: 0,
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            allocations: [{ location: 'EAST', quantity: 1, fulfilled_quantity: 0 }],
          },
        ],
        warehouse_sync: null,
        metadata: { channel: 'app' },
        version: 1,
        created_at: iso(NOW),
        updated_at: iso(NOW),
        confirmed_at: null,
        released_at: null,
        expired_at: null,
        cancelled_at: null,
        fulfilled_at: null,
      },
    });
  });

  test('the stock is reserved where it is taken from, and each change is a movement with its balances', () => {
    const shop = shopWithMugs();

    const { changes } = shop.submit(reserve('r1', [line('MUG', 12)]));

    expect(shop.counters('MUG', 'EAST')).toEqual([10, 10, 0]);
    expect(shop.counters('MUG', 'WEST')).toEqual([5, 2, 0]);
    expect(changes.movements).toEqual([
      {
        id: expect.any(String),
        sku: 'MUG',
        location: 'EAST',
        levelSeq: 2,
        kind: 'reserve',
        onHandDelta: 0,
        reservedDelta: 10,
        allocatedDelta: 0,
        onHand: 10,
        reserved: 10,
        allocated: 0,
        reservationId: 'r1',
        reason: null,
        caller: 'shop',
      },
      expect.objectContaining({ location: 'WEST', levelSeq: 2, reservedDelta: 2, onHand: 5, reserved: 2 }),
    ]);
  });

  test('it is told as `reserved`, and the warehouse hears nothing of a mere hold', () => {
    const { outcome, changes } = shopWithMugs().submit(reserve('r1', [line('MUG', 1)]));

    expect(told(changes)).toEqual({ events: ['reserved r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 1 });
    expect(outcome).toMatchObject({ ok: true, reservation: changes.events[0]?.data });
  });

  test('a level does not get a new version by being promised', () => {
    const shop = shopWithMugs();
    shop.submit(reserve('r1', [line('MUG', 1)]));
    expect(shop.level('MUG', 'EAST')).toMatchObject({ version: 1, levelSeq: 2 });
  });

  test('the very last unit can be had', () => {
    const shop = shopWithMugs();
    expect(codeOf(shop.submit(reserve('r1', [line('MUG', 15)])).outcome)).toBe('ok');
    expect(codeOf(shop.submit(reserve('r2', [line('MUG', 1)])).outcome)).toBe('insufficient_stock');
  });
});

describe('without a time to live', () => {
  test('stock is allocated at once, confirmed, and the warehouse is told', () => {
    const shop = shopWithMugs();

    const { outcome, changes } = shop.submit(
      reserve('r1', [line('MUG', 12)], { ttlSeconds: null, orderId: 'o-1' }),
    );

    expect(outcome).toMatchObject({
      reservation: {
        status: 'confirmed',
        expires_at: null,
        confirmed_at: iso(NOW),
        version: 1,
        lines: [{ quantity: 12, confirmed_quantity: 12 }],
        warehouse_sync: { action: 'confirm', state: 'pending', attempts: 0, next_attempt_at: iso(NOW) },
      },
    });
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 10]);
    expect(changes.movements.map(({ kind, allocatedDelta }) => [kind, allocatedDelta])).toEqual([
      ['confirm', 10],
      ['confirm', 2],
    ]);
    expect(told(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
    expect(changes.syncs[0]).toMatchObject({
      ordinal: 1,
      orderId: 'o-1',
      lines: [
        { sku: 'MUG', location: 'EAST', quantity: 10 },
        { sku: 'MUG', location: 'WEST', quantity: 2 },
      ],
    });
  });
});

describe('when one line is short', () => {
  test('nothing is taken of any line, and only the short ones are named', () => {
    const shop = shopWithMugs();

    const { outcome, changes } = shop.submit(reserve('r1', [line('MUG', 1), line('TEE', 4)]));

    expect(outcome).toMatchObject({
      ok: false,
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'TEE', requested: 4, available: 3 }] },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(shop.counters('MUG', 'EAST')).toEqual([10, 0, 0]);
  });

  test('the location is named where the line was pinned, and only there', () => {
    const { outcome } = shopWithMugs().submit(reserve('r1', [line('MUG', 6, 'WEST'), line('TEE', 4)]));

    expect(outcome).toMatchObject({ refusal: { code: 'insufficient_stock' } });
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'WEST', requested: 6, available: 5 },
      { sku: 'TEE', requested: 4, available: 3 },
    ]);
  });

  test('a SKU that has no level anywhere has nothing', () => {
    const shop = new Shop([], [{ sku: 'GHOST', maxPerReservation: null }]);
    const { outcome } = shop.submit(reserve('r1', [line('GHOST', 1)]));
    expect(outcome).toHaveProperty('refusal.lines', [{ sku: 'GHOST', requested: 1, available: 0 }]);
  });
});

describe('lines of one SKU', () => {
  test('are added up before the check: twice three is six, and there are five', () => {
    const { outcome } = shopWithMugs().submit(
      reserve('r1', [line('MUG', 3, 'WEST'), line('MUG', 3, 'WEST')]),
    );
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'WEST', requested: 6, available: 5 },
    ]);
  });

  test('become one line where they have the same location, in order of first mention', () => {
    const { outcome } = shopWithMugs().submit(
      reserve('r1', [line('MUG', 1), line('TEE', 1), line('MUG', 2), line('MUG', 4, 'WEST')]),
    );
    expect(outcome).toMatchObject({
      reservation: {
        lines: [
          { sku: 'MUG', location: null, quantity: 3 },
          { sku: 'TEE', location: null, quantity: 1 },
          { sku: 'MUG', location: 'WEST', quantity: 4 },
        ],
      },
    });
  });

  test('pinned and not, share what there is: the second finds what the first has left', () => {
    const shop = shopWithMugs();
    const { outcome } = shop.submit(reserve('r1', [line('MUG', 11), line('MUG', 5, 'WEST')]));
    expect(outcome).toHaveProperty('refusal.lines', [{ sku: 'MUG', requested: 11, available: 10 }]);
  });
});

describe('a request that must be mended', () => {
  const limited = [{ sku: 'MUG', maxPerReservation: 4 }];

  test.each([
    ['names an unknown SKU', [line('NOPE', 1)], 'unknown_sku'],
    ['names an unknown location', [line('MUG', 1, 'MOON')], 'unknown_location'],
    ['is over the SKU’s limit', [line('MUG', 5)], 'quantity_limit_exceeded'],
    [
      'is over the limit with its lines added up',
      [line('MUG', 2), line('MUG', 3, 'EAST')],
      'quantity_limit_exceeded',
    ],
  ])('is refused when it %s, and changes nothing', (_what, lines, code) => {
    const shop = new Shop([level('MUG', 'EAST', 100)], limited);
    const { outcome, changes } = shop.submit(reserve('r1', lines));
    expect(codeOf(outcome)).toBe(code);
    expect(changes).toMatchObject(NOTHING);
  });

  test('is not refused when it is just at the limit, whoever else has some', () => {
    const shop = new Shop([level('MUG', 'EAST', 100)], limited);
    expect(codeOf(shop.submit(reserve('r1', [line('MUG', 4)])).outcome)).toBe('ok');
    expect(codeOf(shop.submit(reserve('r2', [line('MUG', 4)])).outcome)).toBe('ok');
  });
});
