import { together, withKey } from '@holdfast/testing';
import { isReplay, parsed, refused, repliesOf, scenarioOfSuite } from '../testing/api-scenario.ts';

// Parts of a reservation that are released and cancelled, as they are stored.

const scenario = scenarioOfSuite();

async function rowsOf<Row extends object>(query: string, id: string): Promise<readonly Row[]> {
  return (await scenario.sql.query<Row>(query, [id])).rows;
}

/** What the warehouse is to be notified of, oldest first. */
const syncsOf = (id: string) =>
  rowsOf<{ action: string; lines: unknown; ends: boolean }>(
    `SELECT action, lines, ends_reservation AS ends
    FROM warehouse_syncs
    WHERE reservation_id = $1
    ORDER BY ordinal`,
    id,
  );

const eventsOf = async (id: string) =>
  (
    await rowsOf<{ type: string; reason: string | null }>(
      `SELECT type, changed ->> 'reason' AS reason FROM events WHERE reservation_id = $1 ORDER BY id`,
      id,
    )
  ).map(({ type, reason }) => [type.slice('warehouse.inventory.'.length), reason]);

describe('a part of a hold', () => {
  test('is given back, and what is read afterwards is what was answered', async () => {
    const [sku, other] = [await scenario.newSku({ EAST: 3, WEST: 5 }), await scenario.newSku(5)];
    const { id, expires_at } = parsed(
      await scenario.create({
        lines: [
          { sku, quantity: 6 },
          { sku: other, quantity: 1 },
        ],
      }),
    );
    const body = {
      lines: [
        { sku, quantity: 4 },
        { sku: other, quantity: 1 },
      ],
      reason: 'too many',
    };
    const reply = await scenario.release(id, body);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'held',
        version: 2,
        expires_at,
        release_reason: null,
        warehouse_sync: null,
        lines: [
          { sku, quantity: 2, requested_quantity: 6, allocations: [{ location: 'EAST', quantity: 2 }] },
        ],
      },
    });
    expect(parsed(reply).lines).toHaveLength(1);
    expect(await scenario.read(id)).toEqual(reply.body);
    expect([await scenario.counters(sku), await scenario.counters(other)]).toEqual([
      [8, 2, 0],
      [5, 0, 0],
    ]);
    expect(await eventsOf(id)).toEqual([
      ['reserved', null],
      ['changed', 'too many'],
    ]);
    expect(await syncsOf(id)).toEqual([]);
  });

  test('that names everything ends it, and the warehouse is notified', async () => {
    const sku = await scenario.newSku(5);
    const { id } = await scenario.hold(sku, 3);
    await scenario.release(id, { lines: [{ sku, quantity: 1 }] });
    const reply = await scenario.release(id, { lines: [{ sku, quantity: 2 }], reason: 'cart emptied' });
    expect(reply).toMatchObject({
      status: 200,
      body: { status: 'released', release_reason: 'cart emptied' },
    });
    expect(await scenario.read(id)).toEqual(reply.body);
    expect(await syncsOf(id)).toMatchObject([{ action: 'release', lines: [{ quantity: 2 }], ends: true }]);
    expect(await scenario.counters(sku)).toEqual([5, 0, 0]);
  });

  test('counts once by its release_id, for calls of two processes at the same moment too', async () => {
    const other = await scenario.openApi();
    const sku = await scenario.newSku(20);
    const { id } = await scenario.hold(sku, 10);
    const body = { lines: [{ sku, quantity: 3 }], release_id: 'r-1' };
    const replies = repliesOf(
      await together(8, (number) => (number % 2 ? other : scenario).release(id, body)),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(await scenario.counters(sku)).toEqual([20, 7, 0]);
    await scenario.confirm(id);
    expect(await scenario.release(id, body)).toMatchObject({ status: 200, body: { status: 'confirmed' } });
    const larger = { ...body, lines: [{ sku, quantity: 4 }] };
    expect(await scenario.release(id, larger)).toMatchObject(refused(422, 'idempotency_key_reused'));
  });

  test('without an id or key, each call counts; with a key, a repeat is a replay', async () => {
    const sku = await scenario.newSku(20);
    const { id } = await scenario.hold(sku, 10);
    const body = { lines: [{ sku, quantity: 2 }] };
    await scenario.release(id, body);
    await scenario.release(id, body);
    expect(await scenario.counters(sku)).toEqual([20, 6, 0]);
    const first = await scenario.release(id, body, withKey('k'));
    const again = await scenario.release(id, body, withKey('k'));
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    expect(await scenario.counters(sku)).toEqual([20, 4, 0]);
  });

  test('that is too much says what is left, and gives nothing back', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.hold(sku, 5);
    const lines = [{ sku, quantity: 3, location: 'WEST' }];
    expect(await scenario.release(id, { lines })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', {
        current_status: 'held',
        lines: [{ sku, location: 'WEST', requested: 3, remaining: 2 }],
      }),
    );
    expect(await scenario.counters(sku)).toEqual([8, 5, 0]);
  });

  test('of many at once, never more is given back than is held', async () => {
    const other = await scenario.openApi();
    const sku = await scenario.newSku(20);
    const { id } = await scenario.hold(sku, 10);
    const replies = repliesOf(
      await together(8, (number) =>
        (number % 2 ? other : scenario).release(id, { lines: [{ sku, quantity: 3 }] }),
      ),
    );
    const done = replies.filter(({ status }) => status === 200);
    expect(done).toHaveLength(3);
    for (const reply of replies.filter(({ status }) => status !== 200)) {
      expect(reply).toMatchObject(refused(409, 'quantity_exceeds_remaining'));
    }
    expect(await scenario.counters(sku)).toEqual([20, 1, 0]);
  });
});

describe('a part of a confirmed reservation', () => {
  test('is cancelled, and the warehouse is notified of just that', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = await scenario.confirmed(sku, 6, { order_id: 'o-1' });
    const body = { lines: [{ sku, quantity: 4 }], cancellation_id: 'c-1', reason: 'damaged' };
    const reply = await scenario.cancel(id, body);
    expect(reply).toMatchObject({
      status: 200,
      body: {
        status: 'confirmed',
        cancelled_at: null,
        release_reason: null,
        lines: [
          {
            quantity: 6,
            confirmed_quantity: 6,
            cancelled_quantity: 4,
            allocations: [
              { location: 'EAST', quantity: 3, cancelled_quantity: 1 },
              { location: 'WEST', quantity: 3, cancelled_quantity: 3 },
            ],
          },
        ],
      },
    });
    expect(await scenario.read(id)).toEqual(reply.body);
    expect((await scenario.cancel(id, body)).body).toEqual(reply.body);
    expect(await scenario.counters(sku)).toEqual([8, 0, 2]);
    expect(await syncsOf(id)).toMatchObject([
      { action: 'confirm' },
      {
        action: 'cancel',
        ends: false,
        lines: [
          { location: 'EAST', quantity: 1 },
          { location: 'WEST', quantity: 3 },
        ],
      },
    ]);
    expect(await eventsOf(id)).toEqual([
      ['confirmed', null],
      ['changed', 'damaged'],
    ]);
  });

  test('leaves the rest: fulfilled when that has left, and lines are too much then', async () => {
    const sku = await scenario.newSku(10);
    const { id } = await scenario.confirmed(sku, 6);
    await scenario.cancel(id, { lines: [{ sku, quantity: 4 }] });
    expect(await scenario.fulfill(id, { lines: [{ sku, quantity: 3 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { lines: [{ requested: 3, remaining: 2 }] }),
    );
    const sent = await scenario.fulfill(id, { lines: [{ sku, quantity: 2 }] });
    expect(sent).toMatchObject({ status: 200, body: { status: 'fulfilled', cancelled_at: null } });
    expect(await scenario.cancel(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { current_status: 'fulfilled' }),
    );
    expect(await scenario.counters(sku)).toEqual([8, 0, 0]);
  });

  test('that is all there is left ends it as a whole cancel does', async () => {
    const sku = await scenario.newSku(10);
    const { id } = await scenario.confirmed(sku, 6);
    await scenario.cancel(id, { lines: [{ sku, quantity: 4 }], reason: 'first' });
    const reply = await scenario.cancel(id, { lines: [{ sku, quantity: 2 }], reason: 'last' });
    expect(reply).toMatchObject({ status: 200, body: { status: 'cancelled', release_reason: 'last' } });
    expect((await syncsOf(id)).at(-1)).toMatchObject({
      action: 'cancel',
      ends: true,
      lines: [{ quantity: 2 }],
    });
    expect(await scenario.counters(sku)).toEqual([10, 0, 0]);
  });
});
