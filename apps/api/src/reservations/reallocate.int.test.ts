import { together, untilNotOverloaded, withKey } from '@holdfast/testing';
import { isReplay, parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

const at = async (sku: string) => {
  const { body } = await scenario.api.call('get', `/v1/items/${sku}/availability`);
  const { locations } = body as { locations: { location: string; reserved: number; allocated: number }[] };
  return Object.fromEntries(
    locations.map(({ location, reserved, allocated }) => [location, [reserved, allocated]]),
  );
};

const syncsOf = async (id: string) => {
  const { rows } = await scenario.sql.query<{ action: string; lines: object[]; ends_reservation: boolean }>(
    'SELECT action, lines, ends_reservation FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal',
    [id],
  );
  return rows;
};

test('held units are moved, and the answer, the levels and the history show where they are', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 5 });
  const { id } = await scenario.hold(sku, 4);
  const reply = await scenario.reallocate(id, {
    lines: [{ sku, from: 'EAST', to: 'WEST', quantity: 3 }],
    reason: 'dock closed',
  });
  expect(reply).toMatchObject({
    status: 200,
    body: {
      status: 'held',
      version: 2,
      lines: [
        {
          quantity: 4,
          allocations: [
            { location: 'EAST', quantity: 1 },
            { location: 'WEST', quantity: 3 },
          ],
        },
      ],
      warehouse_sync: null,
    },
  });
  expect(await scenario.read(id)).toEqual(parsed(reply));
  expect(await at(sku)).toEqual({ EAST: [1, 0], WEST: [3, 0] });
  const { body } = await scenario.api.call('get', `/v1/reservations/${id}/history`);
  expect(body).toMatchObject({
    data: [
      {},
      {},
      { data: { kind: 'reallocate', location: 'EAST', reserved_delta: -3, reason: 'dock closed' } },
      { data: { kind: 'reallocate', location: 'WEST', reserved_delta: 3 } },
      { data: { type: 'warehouse.inventory.changed' } },
    ],
  });
});

test('confirmed units are cancelled at the old location, then confirmed at the new one', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 3 });
  const { id } = await scenario.confirmed(sku, 3);
  await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] });
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST' }] })).toMatchObject({
    status: 200,
    body: {
      lines: [
        {
          allocations: [
            { location: 'EAST', quantity: 1, fulfilled_quantity: 1 },
            { location: 'WEST', quantity: 2 },
          ],
        },
      ],
    },
  });
  expect(await syncsOf(id)).toMatchObject([
    { action: 'confirm' },
    { action: 'cancel', lines: [{ sku, location: 'EAST', quantity: 2 }], ends_reservation: false },
    { action: 'confirm', lines: [{ sku, location: 'WEST', quantity: 2 }], ends_reservation: false },
  ]);
});

test('a refused call moves nothing, and has the reason', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 1 });
  const { id } = await scenario.hold(sku, 4);
  const moved = (...lines: object[]) => scenario.reallocate(id, { lines });
  expect(await moved({ sku, from: 'EAST', to: 'WEST' })).toMatchObject(
    refused(409, 'insufficient_stock', {
      lines: [{ sku, location: 'WEST', requested: 4, available: 1 }],
      current_status: 'held',
    }),
  );
  expect(await moved({ sku, from: 'WEST', to: 'EAST' })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, location: 'WEST', remaining: 0 }] }),
  );
  expect(await moved({ sku, from: 'EAST', to: 'NOWHERE' })).toMatchObject(refused(422, 'unknown_location'));
  expect(await moved({ sku, from: 'EAST', to: 'EAST' })).toMatchObject(
    refused(400, 'validation_failed', {
      errors: [{ path: 'lines.0.to', message: 'must be another location than "from"' }],
    }),
  );
  expect(await moved({ sku, from: 'EAST' }, { sku, from: 'EAST', to: 'WEST' })).toMatchObject(
    refused(400, 'validation_failed'),
  );
  expect((await scenario.read(id)).version).toBe(1);
});

test('a repeat with its key moves once; without one, again', async () => {
  const sku = await scenario.newSku({ EAST: 5, WEST: 5 });
  const { id } = await scenario.hold(sku, 4);
  const body = { lines: [{ sku, from: 'EAST', to: 'WEST', quantity: 1 }] };
  const first = await scenario.reallocate(id, body, withKey('move-1'));
  const second = await scenario.reallocate(id, body, withKey('move-1'));
  expect([isReplay(second), second.body]).toEqual([true, first.body]);
  await scenario.reallocate(id, body);
  expect(await at(sku)).toEqual({ EAST: [2, 0], WEST: [2, 0] });
});

test('a shortfall at another location does not keep units from leaving it', async () => {
  const sku = await scenario.newSku({ EAST: 2, WEST: 2 });
  const { id } = await scenario.hold(sku, 2);
  await scenario.setStock(sku, 0);
  expect((await scenario.availability(sku)).available).toBe(0);
  expect(await scenario.reallocate(id, { lines: [{ sku, from: 'EAST', to: 'WEST' }] })).toMatchObject({
    status: 200,
  });
  expect(await at(sku)).toEqual({ EAST: [0, 0], WEST: [2, 0] });
});

test('a location with free stock ships what is allocated elsewhere, with `reallocate`', async () => {
  const sku = await scenario.newSku({ EAST: 3, WEST: 3 });
  const { id } = await scenario.confirmed(sku, 3);
  const lines = [{ sku, quantity: 2, location: 'WEST' }];
  expect(await scenario.fulfill(id, { lines, reallocate: false })).toMatchObject(
    refused(409, 'quantity_exceeds_remaining'),
  );
  expect(await scenario.fulfill(id, { lines, reallocate: true })).toMatchObject({
    status: 200,
    body: { status: 'confirmed', lines: [{ fulfilled_quantity: 2 }] },
  });
  expect(await at(sku)).toEqual({ EAST: [0, 1], WEST: [0, 0] });
  expect((await syncsOf(id)).map(({ action }) => action)).toEqual(['confirm', 'cancel']);
});

test('100 moves between two locations while others create: nothing is lost or sold twice', async () => {
  const apis = [await scenario.openApi(), await scenario.openApi()];
  const sku = await scenario.newSku({ EAST: 60, WEST: 60 });
  const holds = [await scenario.hold(sku, 20), await scenario.hold(sku, 20), await scenario.hold(sku, 20)];
  await scenario.confirm(holds[0]?.id ?? '');
  const settled = await together(200, (index) => {
    const api = apis[index % 2] ?? scenario.api;
    const post = (path: string, lines: object[]) =>
      untilNotOverloaded(() => api.call('post', `/v1/reservations${path}`, { lines }));
    if (index % 4 >= 2) return post('', [{ sku, quantity: 2 }]);
    const [from, to] = index % 8 < 4 ? ['EAST', 'WEST'] : ['WEST', 'EAST'];
    return post(`/${holds[index % 3]?.id}/reallocate`, [{ sku, from, to, quantity: 1 + (index % 7) }]);
  });
  const replies = repliesOf(settled);
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 201, 409]));
  const created = replies.filter(({ status }) => status === 201).length;
  expect(created).toBe(30);
  expect(await scenario.counters(sku)).toEqual([120, 40 + 2 * created, 20]);
  const rows = await scenario.sql.query<{ moved: number }>(
    "SELECT sum(reserved_delta + allocated_delta)::integer AS moved FROM stock_movements WHERE sku = $1 AND kind = 'reallocate'",
    [sku],
  );
  expect(rows.rows).toEqual([{ moved: 0 }]);
});
