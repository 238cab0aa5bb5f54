import { together, withKey } from '@holdfast/testing';
import { availabilityAnswer } from '../stock/availability.ts';
import { isReplay, scenarioOfSuite, parsed, refused, repliesOf } from '../testing/api-scenario.ts';
import type { TestApi } from '../testing/start-api.ts';

let other: TestApi;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  other = await scenario.openApi();
});

const lines = (sku: string, quantity: number) => [{ sku, quantity }];
const ifMatch = (version: number) => ({ 'If-Match': `"${version}"` });
const tooMuch = refused(409, 'quantity_exceeds_remaining', { current_status: 'confirmed' });

describe('when confirmed', () => {
  test('all that is left goes out, each unit from where it was', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 5);
    const reply = await scenario.fulfill(id);
    const { updated_at } = parsed(reply);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'fulfilled',
        fulfilled_at: updated_at,
        cancelled_at: null,
        version: 2,
        lines: [
          {
            fulfilled_quantity: 5,
            allocations: [
              { location: 'EAST', quantity: 3, fulfilled_quantity: 3 },
              { location: 'WEST', quantity: 2, fulfilled_quantity: 2 },
            ],
          },
        ],
      },
    });
    expect(await scenario.counters(sku)).toEqual([3, 0, 0]);
  });

  test('it goes out part by part; the last part makes it fulfilled', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 5);
    const part = (line: object) => scenario.fulfill(id, { lines: [{ sku, ...line }] });
    expect(await part({ quantity: 1, location: 'WEST' })).toMatchObject({
      body: { status: 'confirmed', fulfilled_at: null, version: 2, lines: [{ fulfilled_quantity: 1 }] },
    });
    expect(await part({ quantity: 2, location: 'WEST' })).toMatchObject(tooMuch);
    expect(await part({ quantity: 4 })).toMatchObject({
      body: { status: 'fulfilled', version: 3, lines: [{ fulfilled_quantity: 5 }] },
    });
    expect(await scenario.counters(sku)).toEqual([3, 0, 0]);
  });

  test('a part with neither key nor id deducts again', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 3);
    for (const fulfilled_quantity of [1, 2]) {
      expect(await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject({
        status: 200,
        body: { lines: [{ fulfilled_quantity }] },
      });
    }
  });

  test('more units than are on hand (a shortfall) cannot be fulfilled; those on hand can', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 4);
    await scenario.setStock(sku, 3);
    expect(await scenario.fulfill(id)).toMatchObject(
      refused(409, 'insufficient_stock', {
        current_status: 'confirmed',
        lines: [{ sku, requested: 4, available: 3 }],
      }),
    );
    expect(await scenario.fulfill(id, { lines: [{ sku, quantity: 3 }] })).toMatchObject({ status: 200 });
    expect(await scenario.counters(sku)).toEqual([0, 0, 1]);
  });

  test('the level’s version rises with it, so that who compares and sets has to look again', async () => {
    const sku = await scenario.newSku(5);
    const path = `/v1/stock-levels/${sku}/EAST`;
    const { id } = await scenario.confirmed(sku, 2);
    const put = await scenario.api.call('put', path, { on_hand: 5 });
    expect(put).toMatchObject({ body: { version: 2 }, headers: { etag: '"2"' } });
    await scenario.fulfill(id);
    const item = await scenario.api.call('get', `/v1/items/${sku}/availability`);
    expect(availabilityAnswer.parse(item.body).locations).toMatchObject([{ version: 3 }]);
    expect(await scenario.api.call('put', path, { on_hand: 9 }, ifMatch(2))).toMatchObject(
      refused(412, 'version_conflict'),
    );
    expect(await scenario.api.call('put', path, { on_hand: 9 }, ifMatch(3))).toMatchObject({
      status: 200,
      headers: { etag: '"4"' },
    });
  });
});

describe('when held', () => {
  test('it is confirmed whole first, and the warehouse is notified of all', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 3);
    const reply = await scenario.fulfill(id, { order_id: 'o-1', lines: [{ sku, quantity: 1 }] });
    const { updated_at } = parsed(reply);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'confirmed',
        order_id: 'o-1',
        confirmed_at: updated_at,
        lines: [{ confirmed_quantity: 3, fulfilled_quantity: 1 }],
        warehouse_sync: { action: 'confirm' },
      },
    });
    expect(await scenario.counters(sku)).toEqual([4, 0, 2]);
    const { rows } = await scenario.sql.query<{ lines: unknown }>(
      'SELECT lines FROM warehouse_syncs WHERE reservation_id = $1',
      [id],
    );
    expect(rows).toEqual([{ lines: [{ sku, location: 'EAST', quantity: 3 }] }]);
    expect(await scenario.rows('events WHERE reservation_id = $1', [id])).toBe(3);
  });
});

describe('order_id', () => {
  test('is set where it was null, and another one is refused from then on', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 3);
    const part = (order_id?: string) =>
      scenario.fulfill(id, { lines: [{ sku, quantity: 1 }], ...(order_id ? { order_id } : {}) });
    expect(await part('o-1')).toMatchObject({ status: 200, body: { order_id: 'o-1' } });
    expect(await part('o-2')).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'confirmed' }),
    );
    expect(await part('o-1')).toMatchObject({ status: 200 });
    expect(await part()).toMatchObject({ status: 200, body: { order_id: 'o-1', status: 'fulfilled' } });
    expect(await scenario.fulfill(id, { order_id: 'o-2' })).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'fulfilled' }),
    );
  });
});

describe('a fulfillment_id', () => {
  test('counts once: again is 200 and changes nothing, whatever has happened since', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 3);
    const part = (fulfillment_id: string, quantity: number) =>
      scenario.fulfill(id, { fulfillment_id, lines: lines(sku, quantity) });
    const first = await part('f-1', 2);
    expect((await part('f-1', 2)).body).toEqual(first.body);
    const second = await part('f-2', 1);
    expect(second).toMatchObject({ body: { status: 'fulfilled' } });
    expect(await part('f-1', 2)).toMatchObject({ status: 200, body: second.body as object });
    expect(isReplay(await part('f-1', 2))).toBe(false);
    expect(await scenario.counters(sku)).toEqual([2, 0, 0]);
  });

  test('with other lines is refused; the same goods in other words are the same', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 4);
    const part = (sent: object) => scenario.fulfill(id, { fulfillment_id: 'f-1', ...sent });
    const first = await part({ lines: lines(sku, 2) });
    expect((await part({ lines: [...lines(sku, 1), ...lines(sku, 1)] })).body).toEqual(first.body);
    for (const sent of [{ lines: lines(sku, 1) }, { lines: lines('OTHER', 2) }, {}]) {
      expect(await part(sent)).toMatchObject(refused(422, 'idempotency_key_reused'));
    }
    expect(await scenario.counters(sku)).toEqual([3, 0, 2]);
  });

  test('is of one reservation: another may use the same', async () => {
    const sku = await scenario.newSku(5);
    for (const { id } of [await scenario.confirmed(sku, 2), await scenario.hold(sku, 2)]) {
      expect(await scenario.fulfill(id, { fulfillment_id: 'f-1' })).toMatchObject({
        status: 200,
        body: { status: 'fulfilled' },
      });
    }
  });

  test('that was refused is free', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 2);
    const part = (quantity: number) =>
      scenario.fulfill(id, { fulfillment_id: 'f-1', lines: lines(sku, quantity) });
    expect(await part(3)).toMatchObject(tooMuch);
    expect(await part(2)).toMatchObject({ status: 200 });
  });

  test('counts once for callers that come at the same moment, in two processes, with keys of their own', async () => {
    const sku = await scenario.newSku(50);
    const { id } = await scenario.confirmed(sku, 40);
    const sent = { fulfillment_id: 'f-1', lines: lines(sku, 3) };
    const replies = repliesOf(
      await together(12, (number) =>
        (number % 2 ? other : scenario).fulfill(id, sent, number % 3 ? {} : withKey(`own ${number}`)),
      ),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await scenario.counters(sku)).toEqual([47, 0, 37]);
    expect(await scenario.rows('reservation_parts WHERE reservation_id = $1', [id])).toBe(1);
  });
});
