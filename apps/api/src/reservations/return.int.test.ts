import { together } from '@holdfast/testing';
import { refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

describe('units that came back', () => {
  test('are on hand again, the level’s version rises, and the warehouse is notified of nothing', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 5);
    await scenario.fulfill(id);
    const before = await scenario.sql.query('SELECT version FROM stock_levels WHERE sku = $1', [sku]);
    const body = { lines: [{ sku, quantity: 4 }], return_id: 'rma-1', reason: 'too small' };
    const reply = await scenario.returnUnits(id, body);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'fulfilled',
        lines: [
          {
            fulfilled_quantity: 5,
            returned_quantity: 4,
            allocations: [
              { location: 'EAST', returned_quantity: 3 },
              { location: 'WEST', returned_quantity: 1 },
            ],
          },
        ],
      },
    });
    expect(await scenario.read(id)).toEqual(reply.body);
    expect((await scenario.returnUnits(id, body)).body).toEqual(reply.body);
    expect(await scenario.counters(sku)).toEqual([7, 0, 0]);
    const after = await scenario.sql.query('SELECT version FROM stock_levels WHERE sku = $1', [sku]);
    expect(after.rows).not.toEqual(before.rows);
    const movements = await scenario.api.call('get', `/v1/stock-movements?reservation_id=${id}`);
    expect(movements.body).toMatchObject({
      data: [
        { kind: 'return', location: 'WEST', on_hand_delta: 1, reason: 'too small' },
        { kind: 'return', location: 'EAST', on_hand_delta: 3, reason: 'too small' },
        { kind: 'fulfill' },
        { kind: 'fulfill' },
        { kind: 'confirm' },
        { kind: 'confirm' },
      ],
    });
    expect(await scenario.read(id)).toMatchObject({ warehouse_sync: { action: 'confirm' } });
  });

  test('come to an inactive location that never had the SKU', async () => {
    await scenario.api.call('put', '/v1/locations/RETURNS', { active: false });
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 3);
    await scenario.fulfill(id);
    const lines = [{ sku, from: 'EAST', to: 'RETURNS', quantity: 2 }];
    expect(await scenario.returnUnits(id, { lines })).toMatchObject({ status: 200 });
    expect(await scenario.counters(sku)).toEqual([4, 0, 0]);
    expect(await scenario.availability(sku)).toMatchObject({
      available: 2,
      locations: [
        { location: 'EAST', on_hand: 2 },
        { location: 'RETURNS', on_hand: 2, version: 1 },
      ],
    });
  });

  test('that cannot be sold again are recorded only', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 3);
    await scenario.fulfill(id);
    const body = { lines: [{ sku, quantity: 2 }], restock: false, reason: 'broken' };
    const reply = await scenario.returnUnits(id, body);
    expect(reply).toMatchObject({ status: 200, body: { lines: [{ returned_quantity: 2 }] } });
    expect(await scenario.counters(sku)).toEqual([2, 0, 0]);
    const { rows } = await scenario.sql.query(
      `SELECT changed ->> 'reason' AS reason FROM events WHERE reservation_id = $1 AND type LIKE '%.returned'`,
      [id],
    );
    expect(rows).toEqual([{ reason: 'broken' }]);
  });

  test('are at most those that left, of many calls at once too', async () => {
    const other = await scenario.openApi();
    const sku = await scenario.newSku(10);
    const { id } = await scenario.confirmed(sku, 5);
    await scenario.fulfill(id);
    const replies = repliesOf(
      await together(6, (number) =>
        (number % 2 ? other : scenario).returnUnits(id, { lines: [{ sku, quantity: 2 }] }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(await scenario.counters(sku)).toEqual([9, 0, 0]);
    expect(await scenario.returnUnits(id, { lines: [{ sku, quantity: 2 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { lines: [{ sku, requested: 2, remaining: 1 }] }),
    );
  });
});
