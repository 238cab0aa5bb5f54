import { isReplay, openShop, parsed, refused, withKey, type ApiShop } from '../testing/open-shop.ts';

let shop: ApiShop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** What the warehouse is told, oldest first. */
async function told(id: string) {
  const { rows } = await shop.sql.query<{ action: string; order_id: string | null; lines: unknown }>(
    'SELECT action, order_id, lines FROM warehouse_syncs WHERE reservation_id = $1 ORDER BY ordinal',
    [id],
  );
  return rows;
}

describe('when confirmed', () => {
  test('all of it is freed, and the warehouse is told what', async () => {
    const sku = await shop.stock({ NEAR: 3, FAR: 5 });
    const { id } = await shop.confirmed(sku, 5, { order_id: 'o-1' });

    const reply = await shop.verb(id, 'cancel', { reason: 'customer changed their mind' });

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
    expect(await shop.counters(sku)).toEqual({ on_hand: 8, reserved: 0, allocated: 0 });
    expect(await told(id)).toMatchObject([
      { action: 'confirm' },
      {
        action: 'cancel',
        order_id: 'o-1',
        lines: [
          { sku, location: 'NEAR', quantity: 3 },
          { sku, location: 'FAR', quantity: 2 },
        ],
      },
    ]);
  });

  test('in part, only what was confirmed counts as cancelled', async () => {
    const sku = await shop.stock({ NEAR: 5 });
    const { id } = await shop.hold(sku, 4);
    await shop.verb(id, 'confirm', { lines: [{ sku, quantity: 3 }] });
    expect(await shop.verb(id, 'cancel')).toMatchObject({
      status: 200,
      body: {
        status: 'cancelled',
        release_reason: null,
        lines: [{ quantity: 4, confirmed_quantity: 3, cancelled_quantity: 3 }],
      },
    });
    expect(await shop.counters(sku)).toEqual({ on_hand: 5, reserved: 0, allocated: 0 });
  });

  test('a repeat keeps the first reason, and tells the warehouse nothing more', async () => {
    const sku = await shop.stock({ NEAR: 5 });
    const { id } = await shop.confirmed(sku, 2);
    const { body } = await shop.verb(id, 'cancel', { reason: 'first' });
    expect((await shop.verb(id, 'cancel', { reason: 'second' })).body).toEqual(body);
    expect((await shop.verb(id, 'cancel')).body).toEqual(body);
    expect(await told(id)).toHaveLength(2);
  });

  test('what it freed can be sold at once', async () => {
    const sku = await shop.stock({ NEAR: 2 });
    const { id } = await shop.confirmed(sku, 2);
    const wanted = { lines: [{ sku, quantity: 2 }] };
    expect(await shop.create(wanted)).toMatchObject(refused(409, 'insufficient_stock'));
    await shop.verb(id, 'cancel');
    expect(await shop.create(wanted)).toMatchObject({ status: 201 });
  });
});

describe('when a part went out', () => {
  test('the rest is freed, what is left is fulfilled, and the warehouse is told of the rest', async () => {
    const sku = await shop.stock({ NEAR: 3, FAR: 5 });
    const { id } = await shop.confirmed(sku, 5);
    await shop.verb(id, 'fulfill', { lines: [{ sku, quantity: 2 }] });

    const reply = await shop.verb(id, 'cancel', { reason: 'the rest is broken' });

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
    expect(await shop.counters(sku)).toEqual({ on_hand: 6, reserved: 0, allocated: 0 });
    expect((await told(id)).at(-1)).toMatchObject({
      action: 'cancel',
      lines: [
        { sku, location: 'NEAR', quantity: 1 },
        { sku, location: 'FAR', quantity: 2 },
      ],
    });
    expect((await shop.verb(id, 'cancel', { reason: 'again' })).body).toEqual(reply.body);
  });

  test('nothing more goes out', async () => {
    const sku = await shop.stock({ NEAR: 5 });
    const { id } = await shop.confirmed(sku, 2);
    await shop.verb(id, 'fulfill', { lines: [{ sku, quantity: 1 }] });
    const { body } = await shop.verb(id, 'cancel');
    expect(await shop.verb(id, 'fulfill', { lines: [{ sku, quantity: 1 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { current_status: 'fulfilled' }),
    );
    expect((await shop.verb(id, 'fulfill')).body).toEqual(body);
    expect(await shop.counters(sku)).toEqual({ on_hand: 4, reserved: 0, allocated: 0 });
  });
});

test('a key is of one cancel: a repeat is a replay, another reason another request', async () => {
  const sku = await shop.stock({ NEAR: 5 });
  const { id } = await shop.confirmed(sku, 2);
  const first = await shop.verb(id, 'cancel', { reason: 'r' }, withKey('k'));
  const again = await shop.verb(id, 'cancel', { reason: 'r' }, withKey('k'));
  expect([first.status, again.status, isReplay(again)]).toEqual([200, 200, true]);
  expect(again.body).toEqual(first.body);
  expect(await shop.verb(id, 'cancel', { reason: 's' }, withKey('k'))).toMatchObject(
    refused(422, 'idempotency_key_reused'),
  );
});
