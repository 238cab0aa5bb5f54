import { want } from '@holdfast/testing';
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { created, sendEvents } from '../testing/order-events.ts';

const scenario = scenarioOfSuite();

const levelPath = (sku: string, location = 'EAST') => `/v1/stock-levels/${sku}/${location}`;
const putLevel = (sku: string, body: object, location = 'EAST') =>
  scenario.api.call('put', levelPath(sku, location), body);
const putSku = (sku: string, change: object) => scenario.api.call('put', `/v1/skus/${sku}`, change);
const availability = (sku: string) => want(200, scenario.api.call('get', `/v1/items/${sku}/availability`));

interface PromiseList {
  readonly data: readonly { readonly reservation_id: string; readonly since: string }[];
  readonly next_cursor: string | null;
}

const promises = async (sku: string, query = '', location = 'EAST') =>
  (await want(200, scenario.api.call('get', `${levelPath(sku, location)}/promises${query}`))) as PromiseList;

describe('a level with a backorder limit', () => {
  test('shows what it may promise, and its version rises with the limit', async () => {
    const sku = await scenario.newSku(2);
    const { body } = await putLevel(sku, { on_hand: 2, backorder_limit: 3 });
    expect(body).toMatchObject({
      backorder_limit: 3,
      backordered: 0,
      shortfall: 0,
      available: 5,
      version: 2,
    });
    await scenario.hold(sku, 4);
    expect(await availability(sku)).toMatchObject({
      available: 1,
      locations: [{ backorder_limit: 3, backordered: 2, shortfall: 0, available: 1 }],
    });
    expect(await scenario.tryHold(sku, 2)).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, requested: 2, available: 1 }] }),
    );
    expect((await putLevel(sku, { on_hand: 2 })).body).toMatchObject({ backorder_limit: 3, version: 3 });
  });

  test('is short when the limit is lowered below what is backordered, and null is 0', async () => {
    const sku = await scenario.newSku(2);
    await putLevel(sku, { on_hand: 2, backorder_limit: 3 });
    await scenario.hold(sku, 5);
    const { body } = await putLevel(sku, { on_hand: 2, backorder_limit: null });
    expect(body).toMatchObject({ backorder_limit: 0, backordered: 3, shortfall: 3, available: 0 });
    const consistency = await want(200, scenario.api.call('get', '/v1/inventory/consistency'));
    expect(consistency).toMatchObject({ is_consistent: true });
    expect((consistency as { issues?: unknown }).issues).toContainEqual({
      sku,
      location: 'EAST',
      kind: 'shortfall',
      expected: 0,
      actual: 3,
    });
    await putLevel(sku, { on_hand: 5 });
  });

  test('ships what has arrived, and no more', async () => {
    const sku = await scenario.newSku(0);
    await putLevel(sku, { on_hand: 0, backorder_limit: 5 });
    const { id } = await scenario.confirmed(sku, 3);
    expect(await scenario.fulfill(id)).toMatchObject(
      refused(409, 'insufficient_stock', { lines: [{ sku, requested: 3, available: 0 }] }),
    );
    const line = { sku, location: 'EAST', delta: 2, reason: 'receipt' };
    await scenario.api.call('post', '/v1/stock-adjustments', { lines: [line] });
    expect(await scenario.fulfill(id, { lines: [{ sku, quantity: 2 }] })).toMatchObject({ status: 200 });
    expect(await scenario.counters(sku)).toEqual([0, 0, 1]);
  });

  test('has its limit in snapshots', async () => {
    const sku = await scenario.newSku(0);
    await putLevel(sku, { on_hand: 1, backorder_limit: 2 });
    await scenario.hold(sku, 3);
    const { id } = (await want(201, scenario.api.call('post', '/v1/inventory/snapshots', {}))) as {
      id: string;
    };
    const { body } = await scenario.api.call('get', `/v1/inventory/snapshots/${id}?limit=200`);
    expect((body as { data?: unknown }).data).toContainEqual(
      expect.objectContaining({ sku, backorder_limit: 2, backordered: 2, shortfall: 0, available: 0 }),
    );
  });
});

describe('a paused SKU', () => {
  test('reads 0, is left out of low stock, and is promised no more until it is active again', async () => {
    const sku = await scenario.newSku(5);
    await putSku(sku, { low_stock_threshold: 9 });
    const { id } = await scenario.hold(sku, 2);
    expect(await putSku(sku, { active: false })).toMatchObject({ body: { active: false } });
    expect(await availability(sku)).toMatchObject({
      active: false,
      on_hand: 5,
      reserved: 2,
      available: 0,
      locations: [{ active: true, available: 0 }],
    });
    expect((await scenario.setStock(sku, 6)).body).toMatchObject({ on_hand: 6, available: 0 });
    const isPaused = refused(409, 'sku_inactive', { lines: [{ sku }] });
    expect(await scenario.tryHold(sku)).toMatchObject(isPaused);
    expect(await scenario.putLines(id, [{ sku, quantity: 3 }])).toMatchObject(isPaused);
    expect(await scenario.quote([{ sku, quantity: 1 }])).toMatchObject({
      status: 200,
      body: { possible: false, lines: [{ requested: 1, available: 0, allocations: [] }] },
    });
    const [event] = await sendEvents(scenario.api, created(`o-${sku}`, [{ sku, quantity: 1 }]));
    expect(event).toMatchObject({ effects: [{ effect: 'refused' }], problem: { code: 'sku_inactive' } });
    const low = async () =>
      ((await scenario.api.call('get', '/v1/inventory/low-stock?limit=200')).body as { data?: object[] })
        .data;
    expect(await low()).not.toContainEqual(expect.objectContaining({ sku }));
    expect(await scenario.confirm(id)).toMatchObject({ status: 200 });
    await putSku(sku, { active: null });
    expect(await low()).toContainEqual({ sku, available: 4, low_stock_threshold: 9 });
    expect(await scenario.tryHold(sku)).toMatchObject({ status: 201 });
  });

  test('publishes neither low stock nor its recovery', async () => {
    const sku = await scenario.newSku(5);
    await putSku(sku, { low_stock_threshold: 3 });
    const { id } = await scenario.hold(sku, 4);
    await putSku(sku, { active: false });
    await scenario.release(id);
    const { rows } = await scenario.sql.query('SELECT type FROM events WHERE subject = $1 ORDER BY id', [
      sku,
    ]);
    expect(rows).toEqual([{ type: 'warehouse.inventory.stock_low' }]);
  });

  test('refuses a late payment, for good', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 2);
    await scenario.makeDue(id);
    await putSku(sku, { active: false });
    const late = { on_expired: 'reacquire', payment_reference: 'pay-1' };
    expect(await scenario.confirm(id, late)).toMatchObject(
      refused(409, 'sku_inactive', { lines: [{ sku }] }),
    );
    expect(await scenario.read(id)).toMatchObject({ status: 'expired' });
  });
});

describe('who has the units of a level', () => {
  test('is listed oldest first, with what is covered, page by page', async () => {
    const sku = await scenario.newSku(0);
    await putLevel(sku, { on_hand: 4, backorder_limit: 9 });
    const first = await scenario.hold(sku, 3, { order_id: `o-${sku}`, customer_id: 'ann' });
    await scenario.confirm(first.id);
    const due = await scenario.hold(sku, 1);
    await scenario.makeDue(due.id);
    const released = await scenario.hold(sku, 1);
    await scenario.release(released.id);
    const second = await scenario.hold(sku, 1);
    const third = await scenario.hold(sku, 1);
    expect(await promises(sku)).toEqual({
      data: [
        {
          reservation_id: first.id,
          order_id: `o-${sku}`,
          customer_id: 'ann',
          status: 'confirmed',
          quantity: 3,
          since: first.created_at,
          covered: true,
        },
        expect.objectContaining({ reservation_id: second.id, status: 'held', covered: true }),
        expect.objectContaining({ reservation_id: third.id, order_id: null, covered: false }),
      ],
      next_cursor: null,
    });
    const page = await promises(sku, '?limit=2');
    expect(page.data.map((each) => each.reservation_id)).toEqual([first.id, second.id]);
    const last = await promises(sku, `?limit=2&cursor=${page.next_cursor}`);
    expect(last).toMatchObject({ data: [{ reservation_id: third.id, covered: false }], next_cursor: null });
    await scenario.fulfill(first.id, { lines: [{ sku, quantity: 2 }] });
    expect((await promises(sku)).data[0]).toMatchObject({
      quantity: 1,
      since: first.created_at,
      covered: true,
    });
  });

  test('goes by the time when the units came to this level', async () => {
    const sku = await scenario.newSku({ EAST: 9, WEST: 9 });
    const [moved, stayed] = [await scenario.hold(sku, 2), await scenario.hold(sku, 1)];
    await scenario.reallocate(moved.id, { lines: [{ sku, from: 'EAST', to: 'WEST' }] });
    const there = await scenario.hold(sku, 1, { locations: ['WEST'] });
    expect((await promises(sku, '', 'WEST')).data.map((each) => each.reservation_id)).toEqual([
      moved.id,
      there.id,
    ]);
    await scenario.reallocate(moved.id, { lines: [{ sku, from: 'WEST', to: 'EAST' }] });
    const { data } = await promises(sku);
    expect(data.map((each) => each.reservation_id)).toEqual([stayed.id, moved.id]);
    expect(Date.parse(data[1]?.since ?? '')).toBeGreaterThan(Date.parse(there.created_at));
  });

  test('is empty at a level that was never set, and an unknown SKU or location is refused', async () => {
    const sku = await scenario.newSku(1);
    expect(await promises(sku, '', 'WEST')).toEqual({ data: [], next_cursor: null });
    const none = (path: string) => scenario.api.call('get', `${path}/promises`);
    expect(await none(levelPath('NONE'))).toMatchObject(refused(404, 'sku_not_found'));
    expect(await none(levelPath(sku, 'NOWHERE'))).toMatchObject(refused(404, 'location_not_found'));
  });
});
