import { together } from '@holdfast/testing';
import { scenarioOfSuite, parsed, refused } from '../testing/api-scenario.ts';
import type { Reply } from '../testing/start-api.ts';

const scenario = scenarioOfSuite({ RESERVATION_TTL_SECONDS: '600' });
beforeAll(async () => {
  await scenario.api.call('put', '/v1/locations/OFF', { priority: 0, active: false });
});

const locationsOf = (reply: Reply) =>
  parsed(reply).lines.map(({ allocations }) => allocations.map(({ location }) => location));
describe('a reservation', () => {
  test('is answered with every field, at its Location, and reads the same there', async () => {
    const [one, two] = [await scenario.newSku(5), await scenario.newSku({ WEST: 5 })];
    const before = Date.now();
    const sent = {
      order_id: 'o-1',
      cart_id: 'c-1',
      store_id: 'eu',
      source: 'web',
      metadata: { channel: 'app' },
    };
    const reply = await scenario.create({
      ...sent,
      lines: [
        { sku: two, quantity: 1, location: 'WEST' },
        { sku: one, quantity: 2 },
        { sku: two, quantity: 3, location: 'WEST' },
      ],
      ttl_seconds: 60,
    });
    const held = parsed(reply);
    expect(reply).toMatchObject({ status: 201, headers: { location: `/v1/reservations/${held.id}` } });
    expect(held.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const nothing = { fulfilled_quantity: 0, cancelled_quantity: 0, returned_quantity: 0 };
    const none = { confirmed_quantity: 0, ...nothing };
    expect(held).toEqual({
      ...sent,
      id: held.id,
      status: 'held',
      release_reason: null,
      payment_reference: null,
      expires_at: new Date(Date.parse(held.created_at) + 60_000).toISOString(),
      extensions: 0,
      notify_before_seconds: null,
      waiting_until: null,
      wait_priority: 0,
      customer_id: null,
      sourcing: 'split',
      locations: null,
      if_short: 'reject',
      lines: [
        {
          sku: two,
          location: 'WEST',
          quantity: 4,
          requested_quantity: 4,
          ...none,
          allocations: [{ location: 'WEST', quantity: 4, ...nothing }],
        },
        {
          sku: one,
          location: null,
          quantity: 2,
          requested_quantity: 2,
          ...none,
          allocations: [{ location: 'EAST', quantity: 2, ...nothing }],
        },
      ],
      warehouse_sync: null,
      version: 1,
      created_at: held.created_at,
      updated_at: held.created_at,
      held_at: held.created_at,
      withdrawn_at: null,
      confirmed_at: null,
      released_at: null,
      expired_at: null,
      cancelled_at: null,
      fulfilled_at: null,
    });
    // The database runs on this machine and has its clock.
    expect(Date.parse(held.created_at)).toBeGreaterThanOrEqual(before - 1);
    expect(Date.parse(held.created_at)).toBeLessThanOrEqual(Date.now() + 1);
    expect(await scenario.read(held.id)).toEqual(held);
    expect(await scenario.read(held.id.toUpperCase())).toEqual(held);
  });

  test('has nulls and defaults for what was not sent', async () => {
    const held = parsed(await scenario.create({ lines: [{ sku: await scenario.newSku(1), quantity: 1 }] }));
    expect(held).toMatchObject({ order_id: null, cart_id: null, store_id: null, source: null, metadata: {} });
    expect(Date.parse(held.expires_at ?? '') - Date.parse(held.created_at)).toBe(600_000);
  });

  test('with confirm is allocated at once, without a hold', async () => {
    const sku = await scenario.newSku(5);
    const reply = await scenario.create({ confirm: true, lines: [{ sku, quantity: 2 }] });
    const confirmed = parsed(reply);
    expect(reply.status).toBe(201);
    expect(confirmed).toMatchObject({
      status: 'confirmed',
      expires_at: null,
      confirmed_at: confirmed.created_at,
      lines: [{ confirmed_quantity: 2 }],
      warehouse_sync: {
        action: 'confirm',
        state: 'pending',
        attempts: 0,
        last_status: null,
        last_error: null,
      },
    });
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, allocated: 2, available: 3 });
    expect(await scenario.release(confirmed.id)).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'confirmed' }),
    );
  });

  test('that does not exist is not found, and its id must be a UUID', async () => {
    const id = '0199b0c4-0000-7000-8000-000000000000';
    for (const [method, path] of [
      ['get', id],
      ['post', `${id}/confirm`],
      ['post', `${id}/release`],
    ] as const) {
      expect(await scenario.api.call(method, `/v1/reservations/${path}`)).toMatchObject(
        refused(404, 'reservation_not_found'),
      );
      const malformed = `/v1/reservations/${path.replace(id, 'o-1001')}`;
      expect(await scenario.api.call(method, malformed)).toMatchObject(
        refused(400, 'validation_failed', { errors: [{ path: 'id' }] }),
      );
    }
  });
});

describe('sourcing', () => {
  test('split takes from locations by priority, pinned lines first, never from one that is inactive', async () => {
    const sku = await scenario.newSku({ WEST: 5, EAST: 5, OFF: 50 });
    const { lines } = parsed(
      await scenario.create({
        lines: [
          { sku, quantity: 6 },
          { sku, quantity: 3, location: 'EAST' },
        ],
      }),
    );
    expect(
      lines.map(({ allocations }) => allocations.map(({ location, quantity }) => [location, quantity])),
    ).toEqual([
      [
        ['EAST', 2],
        ['WEST', 4],
      ],
      [['EAST', 3]],
    ]);
    expect(await scenario.create({ lines: [{ sku, quantity: 1, location: 'OFF' }] })).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, location: 'OFF', requested: 1, available: 0 }] }),
    );
  });

  test('no_split and single_location do not split', async () => {
    // First by name, last by priority.
    await scenario.api.call('put', '/v1/locations/ANNEX', { priority: 20 });
    const [one, two] = [
      await scenario.newSku({ ANNEX: 9, EAST: 2, WEST: 9 }),
      await scenario.newSku({ EAST: 9, WEST: 2 }),
    ];
    const lines = [
      { sku: one, quantity: 5 },
      { sku: two, quantity: 5 },
    ];
    expect(await scenario.create({ sourcing: 'single_location', lines })).toMatchObject(
      refused(409, 'insufficient_stock'),
    );
    expect(locationsOf(await scenario.create({ sourcing: 'no_split', lines }))).toEqual([['WEST'], ['EAST']]);
    const both = [
      { sku: one, quantity: 2 },
      { sku: two, quantity: 2 },
    ];
    expect(locationsOf(await scenario.create({ sourcing: 'single_location', lines: both }))).toEqual([
      ['EAST'],
      ['EAST'],
    ]);
  });
});

describe('when sold out', () => {
  test('a create is refused whole, names only the short lines, and takes nothing', async () => {
    const [short, enough] = [await scenario.newSku({ EAST: 1, WEST: 1 }), await scenario.newSku(5)];
    const reply = await scenario.create({
      lines: [
        { sku: enough, quantity: 1 },
        { sku: short, quantity: 2 },
        { sku: short, quantity: 1 },
      ],
    });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      code: 'insufficient_stock',
      lines: [{ sku: short, requested: 3, available: 2 }],
    });
    expect(reply.body).not.toHaveProperty('lines.0.location');
    expect(reply.headers).not.toHaveProperty('location');
    expect(await scenario.availability(enough)).toMatchObject({ reserved: 0, allocated: 0, available: 5 });
  });

  test('of 400 callers at once for 100 units, 100 get one and 300 are refused', async () => {
    const sku = await scenario.newSku({ EAST: 60, WEST: 40 });
    const settled = await together(400, () => scenario.tryHold(sku));
    const statuses = settled.map((each) =>
      each.status === 'fulfilled' ? each.value.status : String(each.reason),
    );
    expect(statuses.filter((status) => status === 201)).toHaveLength(100);
    expect(statuses.filter((status) => status === 409)).toHaveLength(300);
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 100, allocated: 0, available: 0 });
  });
});
