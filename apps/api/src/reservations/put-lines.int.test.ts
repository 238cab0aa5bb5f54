import { parsed, refused, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite({
  RESERVATION_TTL_SECONDS: '600',
  RESERVATION_MAX_EXTENSIONS: '1',
  RESERVATION_MAX_HOLD_SECONDS: '700',
});

const of = (sku: string, quantity: number, rest: object = {}) => ({ sku, quantity, ...rest });

const eventsOf = async (id: string) =>
  (
    await scenario.sql.query<{ type: string; changed: object; version: number }>(
      `SELECT type, changed, reservation_version AS version FROM events WHERE reservation_id = $1 ORDER BY id`,
      [id],
    )
  ).rows;

describe('a hold', () => {
  test('gets other lines in one call: less, more, another SKU, and is stored as it is answered', async () => {
    const [mug, tee] = [await scenario.newSku({ EAST: 2, WEST: 5 }), await scenario.newSku(5)];
    const { id } = await scenario.hold(mug, 3);
    const reply = await scenario.putLines(id, [of(tee, 2), of(mug, 4)]);
    expect(reply).toMatchObject({
      status: 200,
      headers: { etag: '"2"' },
      body: {
        status: 'held',
        version: 2,
        lines: [
          {
            sku: mug,
            quantity: 4,
            requested_quantity: 4,
            allocations: [
              { location: 'EAST', quantity: 2 },
              { location: 'WEST', quantity: 2 },
            ],
          },
          { sku: tee, quantity: 2 },
        ],
      },
    });
    expect(await scenario.read(id)).toEqual(reply.body);
    expect(await scenario.counters(mug)).toEqual([7, 4, 0]);
    await scenario.putLines(id, [of(tee, 1)]);
    expect((await scenario.read(id)).lines).toMatchObject([{ sku: tee, quantity: 1 }]);
    expect(await scenario.counters(mug)).toEqual([7, 0, 0]);
    expect((await eventsOf(id)).map(({ type, version }) => [type, version])).toEqual([
      ['warehouse.inventory.reserved', 1],
      ['warehouse.inventory.changed', 2],
      ['warehouse.inventory.changed', 3],
    ]);
    expect(await scenario.rows('warehouse_syncs WHERE reservation_id = $1', [id])).toBe(0);
    await scenario.confirm(id);
    expect(await scenario.counters(tee)).toEqual([5, 0, 1]);
  });

  test('is unchanged by a PUT of its own lines, as they were read', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 2);
    const { lines } = await scenario.read(id);
    const same = lines.map(({ sku: name, quantity, location }) => ({ sku: name, quantity, location }));
    expect(await scenario.putLines(id, same)).toMatchObject({ status: 200, body: { version: 1 } });
  });

  test('of which more is wanted than there is, stays as it is', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 2);
    const reply = await scenario.putLines(id, [of(sku, 6)]);
    expect(reply).toMatchObject(
      refused(409, 'insufficient_stock', {
        detail: expect.stringContaining('Nothing was changed.'),
        lines: [{ sku, requested: 6, available: 5 }],
        current_status: 'held',
      }),
    );
    expect(await scenario.counters(sku)).toEqual([5, 2, 0]);
    const partial = await scenario.putLines(id, [of(sku, 6)], { if_short: 'partial' });
    expect(partial).toMatchObject({ body: { lines: [{ quantity: 5, requested_quantity: 6 }] } });
    expect(await scenario.read(id)).toEqual(partial.body);
  });

  test('is renewed as far as it may be, and the limit refuses nothing', async () => {
    const sku = await scenario.newSku(5);
    const { id, created_at } = await scenario.hold(sku, 2, { ttl_seconds: 5 });
    await scenario.sql.query(
      `UPDATE reservations
       SET created_at = created_at - interval '300 s', expires_at = expires_at + interval '60 s'
       WHERE id = $1`,
      [id],
    );
    const renewed = parsed(await scenario.putLines(id, [of(sku, 3)], { renew: true }));
    expect(renewed).toMatchObject({ extensions: 1, version: 2 });
    expect(Date.parse(renewed.expires_at ?? '')).toBe(Date.parse(created_at) + 400_000);
    const again = parsed(await scenario.putLines(id, [of(sku, 1)], { renew: true }));
    expect(again).toMatchObject({ extensions: 1, expires_at: renewed.expires_at, lines: [{ quantity: 1 }] });
  });

  test('meets a limit of its SKU only with more than it has', async () => {
    const sku = await scenario.newSku(9);
    const { id } = await scenario.hold(sku, 5);
    await scenario.api.call('put', `/v1/skus/${sku}`, { max_per_reservation: 3 });
    expect(await scenario.putLines(id, [of(sku, 6)])).toMatchObject(refused(422, 'quantity_limit_exceeded'));
    expect(await scenario.putLines(id, [of(sku, 4)])).toMatchObject({ status: 200 });
  });

  test('that is over cannot be changed', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    const over = refused(409, 'reservation_expired', { current_status: 'expired' });
    expect(await scenario.putLines(id, [of(sku, 1)])).toMatchObject(over);
  });
});

describe('a confirmed reservation', () => {
  test('gets less and more, and the warehouse is sent what was cancelled, then what was added', async () => {
    const [mug, tee] = [await scenario.newSku(9), await scenario.newSku(9)];
    const { id } = await scenario.confirmed(mug, 5);
    await scenario.fulfill(id, { lines: [of(mug, 1)] });
    const reply = await scenario.putLines(id, [of(mug, 2), of(tee, 3)]);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'confirmed',
        lines: [
          { sku: mug, quantity: 5, confirmed_quantity: 5, cancelled_quantity: 3, fulfilled_quantity: 1 },
          { sku: tee, quantity: 3, confirmed_quantity: 3 },
        ],
        warehouse_sync: { action: 'confirm', state: 'pending' },
      },
    });
    expect(await scenario.read(id)).toEqual(reply.body);
    const syncs = await scenario.sql.query(
      'SELECT action, lines, ends_reservation FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal OFFSET 1',
      [id],
    );
    expect(syncs.rows).toEqual([
      { action: 'cancel', lines: [{ sku: mug, location: 'EAST', quantity: 3 }], ends_reservation: false },
      { action: 'confirm', lines: [{ sku: tee, location: 'EAST', quantity: 3 }], ends_reservation: false },
    ]);
    expect(await scenario.counters(mug)).toEqual([8, 0, 1]);
    expect(await scenario.counters(tee)).toEqual([9, 0, 3]);
  });

  test('keeps what has shipped, and ends when that is all', async () => {
    const sku = await scenario.newSku(9);
    const { id } = await scenario.confirmed(sku, 5);
    await scenario.fulfill(id, { lines: [of(sku, 2)] });
    expect(await scenario.putLines(id, [of(sku, 1)])).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', {
        detail: `A line must keep the units that have shipped (${sku}: at least 2). Nothing was changed.`,
        lines: [{ sku, requested: 4, remaining: 3 }],
      }),
    );
    expect(await scenario.putLines(id, [of(sku, 2)])).toMatchObject({ body: { status: 'fulfilled' } });
    expect(await scenario.putLines(id, [of(sku, 3)])).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'fulfilled' }),
    );
  });
});

test.each([
  ['no lines', { lines: [] }, 'lines'],
  ['a quantity of 0', { lines: [{ sku: 'A', quantity: 0 }] }, 'lines.0.quantity'],
  [
    'partial of single_location',
    { lines: [{ sku: 'A', quantity: 1 }], if_short: 'partial', sourcing: 'single_location' },
    'if_short',
  ],
  ['an unknown field', { lines: [{ sku: 'A', quantity: 1 }], ttl_seconds: 5 }, ''],
])('%s is refused', async (_what, body, path) => {
  const reply = await scenario.api.call(
    'put',
    '/v1/reservations/0199b0c4-0000-7000-8000-000000000000/lines',
    body,
  );
  expect(reply).toMatchObject(refused(400, 'validation_failed', { errors: [{ path }] }));
});
