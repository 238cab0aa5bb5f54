import { countReservations, resultsOf, sendBatch, shortly, oneLine } from '../testing/batch-calls.ts';
import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite({ RESERVATION_TTL_SECONDS: '600' });
beforeAll(async () => {
  await scenario.api.call('put', '/v1/skus/FEW', { max_per_reservation: 2 });
  await scenario.api.call('put', '/v1/stock-levels/FEW/EAST', { on_hand: 1_000 });
});

const batch = (reservations: readonly object[], rest?: object) => sendBatch(scenario.api, reservations, rest);
const path = '/v1/reservations/batch';

describe('a batch', () => {
  test('answers in the order of its entries, each as a create would have been', async () => {
    const [one, two] = [await scenario.newSku(5), await scenario.newSku({ WEST: 5 })];

    const reply = await batch([
      { ...oneLine(two, 3), order_id: 'o-2', cart_id: 'c', store_id: 's', source: 'w', metadata: { a: 'b' } },
      { lines: [{ sku: one, quantity: 2, location: 'EAST' }], ttl_seconds: 60 },
      { ...oneLine(one, 1), confirm: true },
    ]);

    expect(reply.status).toBe(200);
    expect(reply.headers).not.toHaveProperty('location');
    expect(resultsOf(reply)).toMatchObject([
      {
        status: 201,
        reservation: {
          status: 'held',
          order_id: 'o-2',
          cart_id: 'c',
          store_id: 's',
          source: 'w',
          metadata: { a: 'b' },
          lines: [{ sku: two, quantity: 3, allocations: [{ location: 'WEST' }] }],
        },
      },
      { status: 201, reservation: { lines: [{ sku: one, quantity: 2, location: 'EAST' }] } },
      { status: 201, reservation: { status: 'confirmed', expires_at: null } },
    ]);
    const lives = resultsOf(reply).map((result) => {
      const { expires_at, created_at } = 'reservation' in result ? result.reservation : {};
      return expires_at ? Date.parse(expires_at) - Date.parse(created_at ?? '') : null;
    });
    expect(lives).toEqual([600_000, 60_000, null]);
    for (const result of resultsOf(reply)) {
      if ('reservation' in result)
        expect(await scenario.read(result.reservation.id)).toEqual(result.reservation);
    }
  });

  test('refuses entries each for itself: the others are done', async () => {
    const sku = await scenario.newSku(3);
    const reply = await batch([
      oneLine(sku, 2),
      oneLine('NOPE'),
      oneLine(sku, 2),
      { lines: [{ sku, quantity: 1, location: 'MOON' }] },
      oneLine('FEW', 3),
      oneLine(sku, 1),
    ]);
    expect(reply.status).toBe(200);
    expect(shortly(reply)).toEqual([
      '201',
      '422 unknown_sku',
      '409 insufficient_stock',
      '422 unknown_location',
      '422 quantity_limit_exceeded',
      '201',
    ]);
    expect(await scenario.counters(sku)).toEqual([3, 3, 0]);
    const instance = reply.headers['x-request-id'];
    expect(resultsOf(reply)[2]).toEqual({
      status: 409,
      problem: {
        type: 'http://127.0.0.1:3000/problems/insufficient-stock',
        title: expect.any(String),
        status: 409,
        detail: expect.stringContaining(sku),
        instance,
        code: 'insufficient_stock',
        lines: [{ sku, requested: 2, available: 1 }],
      },
    });
    expect(resultsOf(reply)[1]).toEqual({
      status: 422,
      problem: {
        type: 'http://127.0.0.1:3000/problems/unknown-sku',
        title: expect.any(String),
        status: 422,
        detail: expect.stringContaining('NOPE'),
        instance,
        code: 'unknown_sku',
      },
    });
  });

  test('takes for its earlier entries first', async () => {
    const sku = await scenario.newSku({ EAST: 2, WEST: 2 });
    const reply = await batch([oneLine(sku, 1), oneLine(sku, 2), oneLine(sku, 2), oneLine(sku, 1)]);
    expect(resultsOf(reply)).toMatchObject([
      { reservation: { lines: [{ allocations: [{ location: 'EAST', quantity: 1 }] }] } },
      {
        reservation: {
          lines: [
            {
              allocations: [
                { location: 'EAST', quantity: 1 },
                { location: 'WEST', quantity: 1 },
              ],
            },
          ],
        },
      },
      { problem: { lines: [{ requested: 2, available: 1 }] } },
      { reservation: { lines: [{ allocations: [{ location: 'WEST', quantity: 1 }] }] } },
    ]);
  });

  test('gives back due holds of its SKUs first', async () => {
    const sku = await scenario.newSku(2);
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    expect(shortly(await batch([oneLine(sku, 1), oneLine(sku, 1)]))).toEqual(['201', '201']);
    expect(await scenario.read(id)).toMatchObject({
      status: 'expired',
      warehouse_sync: { action: 'expire' },
    });
  });

  test('in which nothing can be had is 200 all the same', async () => {
    const sku = await scenario.newSku(0);
    const reply = await batch([oneLine(sku)]);
    expect([reply.status, ...shortly(reply)]).toEqual([200, '409 insufficient_stock']);
  });
});

describe('an atomic batch', () => {
  const atomic = { atomic: true };

  test('is created whole: 201, with one result for each', async () => {
    const sku = await scenario.newSku(3);
    const reply = await batch([oneLine(sku, 2), oneLine(sku, 1)], atomic);
    expect([reply.status, ...shortly(reply)]).toEqual([201, '201', '201']);
    expect(await scenario.counters(sku)).toEqual([3, 3, 0]);
  });

  test('is refused whole with the first problem, which says which entry, and nothing is taken', async () => {
    const [sku, other] = [await scenario.newSku(3), await scenario.newSku(3)];
    const reply = await batch([oneLine(other), oneLine(sku, 2), oneLine(sku, 2), oneLine('NOPE')], atomic);
    expect(reply).toMatchObject(
      refused(409, 'insufficient_stock', {
        instance: reply.headers['x-request-id'],
        detail: expect.stringMatching(/^Reservation 3: /),
        lines: [{ sku, requested: 2, available: 1 }],
      }),
    );
    expect(reply.body).not.toHaveProperty('results');
    for (const each of [sku, other]) {
      expect(await scenario.counters(each)).toEqual([3, 0, 0]);
      expect(await countReservations(scenario, each)).toBe(0);
      expect(
        await scenario.rows(`stock_movements WHERE sku = $1 AND reservation_id IS NOT NULL`, [each]),
      ).toBe(0);
    }
    expect(await scenario.rows('warehouse_syncs WHERE lines::text LIKE $1', [`%${sku}%`])).toBe(0);
  });

  test.each([
    [422, 'unknown_sku', oneLine('NOPE')],
    [422, 'unknown_location', { lines: [{ sku: 'FEW', quantity: 1, location: 'MOON' }] }],
    [422, 'quantity_limit_exceeded', oneLine('FEW', 3)],
  ] as const)('is refused with the status of the problem: %i %s', async (status, code, entry) => {
    const sku = await scenario.newSku(3);
    expect(await batch([oneLine(sku), entry, oneLine(sku)], atomic)).toMatchObject(refused(status, code));
    expect(await scenario.counters(sku)).toEqual([3, 0, 0]);
  });

  test('that is refused gives back the due holds that it met nevertheless', async () => {
    const sku = await scenario.newSku(2);
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    expect(await batch([oneLine(sku, 2), oneLine(sku, 1)], atomic)).toMatchObject(
      refused(409, 'insufficient_stock'),
    );
    expect(await scenario.counters(sku)).toEqual([2, 0, 0]);
    expect(await scenario.rows(`reservations WHERE id = $1 AND status = 'expired'`, [id])).toBe(1);
  });
});

describe('limits', () => {
  test('500 reservations with 1,000 lines in all are taken', async () => {
    const [one, two] = [await scenario.newSku(500), await scenario.newSku(499)];
    const lines = [one, two].map((sku) => ({ sku, quantity: 1 }));
    const reply = await batch(Array.from({ length: 500 }, () => ({ lines })));
    expect(shortly(reply)).toEqual([...Array.from({ length: 499 }, () => '201'), '409 insufficient_stock']);
    expect(await scenario.counters(one)).toEqual([500, 499, 0]);
  });

  const line = { sku: 'FEW', quantity: 1 };
  const lines = (count: number) => Array.from({ length: count }, () => line);
  const many = (count: number, each: object = { lines: [line] }) => Array.from({ length: count }, () => each);
  test.each([
    ['501 reservations', { reservations: many(501) }, 'reservations'],
    [
      '1,001 lines in all',
      { reservations: [...many(10, { lines: lines(100) }), { lines: lines(1) }] },
      'reservations',
    ],
    ['no reservations', { reservations: [] }, 'reservations'],
    ['nothing at all', undefined, 'reservations'],
    ['an object for reservations', { reservations: { lines: [line] } }, 'reservations'],
    ['atomic "yes"', { reservations: many(1), atomic: 'yes' }, 'atomic'],
    ['atomic null', { reservations: many(1), atomic: null }, 'atomic'],
    ['a key in its body', { reservations: many(1), idempotency_key: 'k' }, ''],
    ['an unknown field', { reservations: many(1), Atomic: true }, ''],
  ])('%s: 400', async (_what, body, errorPath) => {
    expect(await scenario.api.call('post', path, body)).toMatchObject(
      refused(400, 'validation_failed', { errors: [{ path: errorPath }] }),
    );
  });
});

describe('an entry that cannot be parsed refuses the whole, and is named', () => {
  test.each([
    ['null', null, ''],
    ['no lines', {}, '.lines'],
    ['101 lines', { lines: Array.from({ length: 101 }, () => ({ sku: 'FEW', quantity: 1 })) }, '.lines'],
    ['quantity 0', oneLine('FEW', 0), '.lines.0.quantity'],
    ['a SKU with a NUL', oneLine('A\0'), '.lines.0.sku'],
    ['an unknown field', { ...oneLine('FEW'), ttl: 5 }, ''],
    ['ttl_seconds over the longest hold', { ...oneLine('FEW'), ttl_seconds: 3_601 }, '.ttl_seconds'],
    ['confirm with ttl_seconds', { ...oneLine('FEW'), confirm: true, ttl_seconds: 5 }, '.ttl_seconds'],
    ['an empty key', { ...oneLine('FEW'), idempotency_key: '' }, '.idempotency_key'],
  ])('%s', async (_what, entry, errorPath) => {
    const sku = await scenario.newSku(3);
    for (const atomic of [false, true]) {
      const reply = await scenario.api.call('post', path, {
        reservations: [oneLine(sku), oneLine(sku), entry],
        atomic,
      });
      expect(reply).toMatchObject(
        refused(400, 'validation_failed', { errors: [{ path: `reservations.2${errorPath}` }] }),
      );
    }
    expect(await countReservations(scenario, sku)).toBe(0);
  });
});
