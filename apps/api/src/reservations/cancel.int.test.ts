import { withKey } from '@holdfast/testing';
import { isReplay, scenarioOfSuite, parsed, refused } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

/** The notifications of the warehouse, oldest first. */
async function notificationsOf(id: string) {
  const { rows } = await scenario.sql.query<{ action: string; order_id: string | null; lines: unknown }>(
    'SELECT action, order_id, lines FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal',
    [id],
  );
  return rows;
}

describe('when confirmed', () => {
  test('all of it is freed, and the warehouse is notified what', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 5, { order_id: 'o-1' });

    const reply = await scenario.cancel(id, { reason: 'customer changed their mind' });

    const cancelled = parsed(reply);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'cancelled',
        release_reason: 'customer changed their mind',
        cancelled_at: cancelled.updated_at,
        fulfilled_at: null,
        version: 2,
        lines: [{ quantity: 5, confirmed_quantity: 5, fulfilled_quantity: 0, cancelled_quantity: 5 }],
        warehouse_sync: { action: 'cancel', state: 'pending' },
      },
    });
    expect(await scenario.counters(sku)).toEqual([8, 0, 0]);
    expect(await notificationsOf(id)).toMatchObject([
      { action: 'confirm' },
      {
        action: 'cancel',
        order_id: 'o-1',
        lines: [
          { sku, location: 'EAST', quantity: 3 },
          { sku, location: 'WEST', quantity: 2 },
        ],
      },
    ]);
  });

  test('in part, only what was confirmed counts as cancelled', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 4);
    await scenario.confirm(id, { lines: [{ sku, quantity: 3 }] });
    expect(await scenario.cancel(id)).toMatchObject({
      status: 200,
      body: {
        status: 'cancelled',
        release_reason: null,
        lines: [{ quantity: 4, confirmed_quantity: 3, cancelled_quantity: 3 }],
      },
    });
    expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
  });

  test('a repeat keeps the first reason, and notifies the warehouse of nothing more', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 2);
    const { body } = await scenario.cancel(id, { reason: 'first' });
    expect((await scenario.cancel(id, { reason: 'second' })).body).toEqual(body);
    expect((await scenario.cancel(id)).body).toEqual(body);
    expect(await notificationsOf(id)).toHaveLength(2);
  });

  test('freed units can be sold at once', async () => {
    const sku = await scenario.newSku(2);
    const { id } = await scenario.confirmed(sku, 2);
    const wanted = { lines: [{ sku, quantity: 2 }] };
    expect(await scenario.create(wanted)).toMatchObject(refused(409, 'insufficient_stock'));
    await scenario.cancel(id);
    expect(await scenario.create(wanted)).toMatchObject({ status: 201 });
  });
});

describe('when a part went out', () => {
  test('the rest is freed, what is left is fulfilled, and the warehouse is notified of the rest', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 5);
    await scenario.fulfill(id, { lines: [{ sku, quantity: 2 }] });

    const reply = await scenario.cancel(id, { reason: 'the rest is broken' });

    const { updated_at } = parsed(reply);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'fulfilled',
        cancelled_at: updated_at,
        fulfilled_at: updated_at,
        lines: [{ confirmed_quantity: 5, fulfilled_quantity: 2, cancelled_quantity: 3 }],
      },
    });
    expect(await scenario.counters(sku)).toEqual([6, 0, 0]);
    expect((await notificationsOf(id)).at(-1)).toMatchObject({
      action: 'cancel',
      lines: [
        { sku, location: 'EAST', quantity: 1 },
        { sku, location: 'WEST', quantity: 2 },
      ],
    });
    expect((await scenario.cancel(id, { reason: 'again' })).body).toEqual(reply.body);
  });

  test('nothing more goes out', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.confirmed(sku, 2);
    await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] });
    const { body } = await scenario.cancel(id);
    expect(await scenario.fulfill(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { current_status: 'fulfilled' }),
    );
    expect((await scenario.fulfill(id)).body).toEqual(body);
    expect(await scenario.counters(sku)).toEqual([4, 0, 0]);
  });
});

test('a key is of one cancel: a repeat is a replay, another reason another request', async () => {
  const sku = await scenario.newSku(5);
  const { id } = await scenario.confirmed(sku, 2);
  const first = await scenario.cancel(id, { reason: 'r' }, withKey('k'));
  const again = await scenario.cancel(id, { reason: 'r' }, withKey('k'));
  expect([first.status, again.status, isReplay(again)]).toEqual([200, 200, true]);
  expect(again.body).toEqual(first.body);
  expect(await scenario.cancel(id, { reason: 's' }, withKey('k'))).toMatchObject(
    refused(422, 'idempotency_key_reused'),
  );
});
