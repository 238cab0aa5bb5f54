import { codeOf, line, reserve, TTL_SECONDS } from '@holdfast/testing/vocabulary';
import { iso, level, NOW, NOTHING, Scenario, published } from '../fixtures/scenario.ts';

const scenarioWithMugs = () =>
  new Scenario([
    level('MUG', 10, 'EAST', { priority: 1 }),
    level('MUG', 5, 'WEST'),
    level('TEE', 3, 'EAST', { priority: 1 }),
  ]);

describe('when there is enough', () => {
  test('a reservation is held, with its lines, until its time', () => {
    const scenario = scenarioWithMugs();

    const { outcome } = scenario.submit(
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
        customer_id: null,
        store_id: 's-1',
        source: 'web',
        release_reason: null,
        payment_reference: null,
        expires_at: iso(NOW + TTL_SECONDS * 1000),
        extensions: 0,
        sourcing: 'split',
        locations: null,
        if_short: 'reject',
        wait_priority: 0,
        waiting_until: null,
        notify_before_seconds: null,
        lines: [
          {
            sku: 'MUG',
            location: null,
            quantity: 12,
            requested_quantity: 12,
            confirmed_quantity: 0,
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
            allocations: [
              {
                location: 'EAST',
                quantity: 10,
                fulfilled_quantity: 0,
                cancelled_quantity: 0,
                returned_quantity: 0,
              },
              {
                location: 'WEST',
                quantity: 2,
                fulfilled_quantity: 0,
                cancelled_quantity: 0,
                returned_quantity: 0,
              },
            ],
          },
          {
            sku: 'TEE',
            location: 'EAST',
            quantity: 1,
            requested_quantity: 1,
            confirmed_quantity: 0,
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
            allocations: [
              {
                location: 'EAST',
                quantity: 1,
                fulfilled_quantity: 0,
                cancelled_quantity: 0,
                returned_quantity: 0,
              },
            ],
          },
        ],
        warehouse_sync: null,
        metadata: { channel: 'app' },
        version: 1,
        created_at: iso(NOW),
        updated_at: iso(NOW),
        held_at: iso(NOW),
        confirmed_at: null,
        released_at: null,
        expired_at: null,
        cancelled_at: null,
        fulfilled_at: null,
        withdrawn_at: null,
      },
    });
  });

  test('the stock is reserved where it is taken from, and each change is a movement with its balances', () => {
    const scenario = scenarioWithMugs();

    const { changes } = scenario.submit(reserve('r1', [line('MUG', 12)]));

    expect(scenario.counters('MUG')).toEqual([10, 10, 0]);
    expect(scenario.counters('MUG', 'WEST')).toEqual([5, 2, 0]);
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
        caller: 'checkout',
      },
      expect.objectContaining({ location: 'WEST', levelSeq: 2, reservedDelta: 2, onHand: 5, reserved: 2 }),
    ]);
  });

  test('it is published as `reserved`, and the warehouse is not notified of a hold', () => {
    const { outcome, changes } = scenarioWithMugs().submit(reserve('r1', [line('MUG', 1)]));

    expect(published(changes)).toEqual({ events: ['reserved r1'], syncs: [] });
    expect(changes.events[0]).toMatchObject({ reservationVersion: 1 });
    expect(outcome).toMatchObject({ ok: true, reservation: changes.events[0]?.data });
  });

  test('a level does not get a new version by being promised', () => {
    const scenario = scenarioWithMugs();
    scenario.submit(reserve('r1', [line('MUG', 1)]));
    expect(scenario.level('MUG')).toMatchObject({ version: 1, levelSeq: 2 });
  });

  test('the very last unit can be had', () => {
    const scenario = scenarioWithMugs();
    expect(codeOf(scenario.submit(reserve('r1', [line('MUG', 15)])))).toBe('ok');
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 1)])))).toBe('insufficient_stock');
  });
});

describe('without a time to live', () => {
  test('stock is allocated at once, confirmed, and the warehouse is notified', () => {
    const scenario = scenarioWithMugs();

    const { outcome, changes } = scenario.submit(
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
    expect(scenario.counters('MUG')).toEqual([10, 0, 10]);
    expect(changes.movements.map(({ kind, allocatedDelta }) => [kind, allocatedDelta])).toEqual([
      ['confirm', 10],
      ['confirm', 2],
    ]);
    expect(published(changes)).toEqual({ events: ['confirmed r1'], syncs: ['confirm r1'] });
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
    const scenario = scenarioWithMugs();

    const { outcome, changes } = scenario.submit(reserve('r1', [line('MUG', 1), line('TEE', 4)]));

    expect(outcome).toMatchObject({
      ok: false,
      refusal: { code: 'insufficient_stock', lines: [{ sku: 'TEE', requested: 4, available: 3 }] },
    });
    expect(changes).toMatchObject(NOTHING);
    expect(scenario.counters('MUG')).toEqual([10, 0, 0]);
  });

  test('the location is named where the line was pinned, and only there', () => {
    const { outcome } = scenarioWithMugs().submit(reserve('r1', [line('MUG', 6, 'WEST'), line('TEE', 4)]));

    expect(outcome).toMatchObject({ refusal: { code: 'insufficient_stock' } });
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'WEST', requested: 6, available: 5 },
      { sku: 'TEE', requested: 4, available: 3 },
    ]);
  });

  test('a SKU that has no level anywhere has nothing', () => {
    const scenario = new Scenario([], [{ sku: 'GHOST' }]);
    const { outcome } = scenario.submit(reserve('r1', [line('GHOST', 1)]));
    expect(outcome).toHaveProperty('refusal.lines', [{ sku: 'GHOST', requested: 1, available: 0 }]);
  });
});

describe('lines of one SKU', () => {
  test('are added up before the check: twice three is six, and there are five', () => {
    const { outcome } = scenarioWithMugs().submit(
      reserve('r1', [line('MUG', 3, 'WEST'), line('MUG', 3, 'WEST')]),
    );
    expect(outcome).toHaveProperty('refusal.lines', [
      { sku: 'MUG', location: 'WEST', requested: 6, available: 5 },
    ]);
  });

  test('become one line where they have the same location, in order of first mention', () => {
    const { outcome } = scenarioWithMugs().submit(
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
    const scenario = scenarioWithMugs();
    const { outcome } = scenario.submit(reserve('r1', [line('MUG', 11), line('MUG', 5, 'WEST')]));
    expect(outcome).toHaveProperty('refusal.lines', [{ sku: 'MUG', requested: 11, available: 10 }]);
  });
});

describe('a request that must be corrected', () => {
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
    const scenario = new Scenario([level('MUG', 100)], limited);
    const { outcome, changes } = scenario.submit(reserve('r1', lines));
    expect(codeOf(outcome)).toBe(code);
    expect(changes).toMatchObject(NOTHING);
  });

  test('is not refused when it is just at the limit, also if other reservations have some', () => {
    const scenario = new Scenario([level('MUG', 100)], limited);
    expect(codeOf(scenario.submit(reserve('r1', [line('MUG', 4)])))).toBe('ok');
    expect(codeOf(scenario.submit(reserve('r2', [line('MUG', 4)])))).toBe('ok');
  });
});
