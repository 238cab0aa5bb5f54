import { scenarioOfSuite, parsed, refused } from '../testing/api-scenario.ts';

const scenario = scenarioOfSuite();

describe('when held', () => {
  test('it is confirmed, and a repeat changes nothing', async () => {
    const sku = await scenario.newSku(5);
    const { id, expires_at } = parsed(await scenario.tryHold(sku, 2));
    const reply = await scenario.confirm(id, { payment_reference: 'pay-1', order_id: 'o-9' });
    const confirmed = parsed(reply);
    expect(reply.status).toBe(200);
    expect(confirmed).toMatchObject({
      status: 'confirmed',
      payment_reference: 'pay-1',
      order_id: 'o-9',
      version: 2,
      expires_at,
      confirmed_at: confirmed.updated_at,
      warehouse_sync: { action: 'confirm', state: 'pending' },
    });
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, allocated: 2, available: 3 });
    expect(parsed(await scenario.confirm(id, { payment_reference: 'pay-2' }))).toEqual(confirmed);
    expect(parsed(await scenario.confirm(id, { lines: [{ sku, quantity: 2 }] }))).toEqual(confirmed);
    expect(await scenario.read(id)).toEqual(confirmed);
    const status = { current_status: 'confirmed' };
    expect(await scenario.confirm(id, { lines: [{ sku, quantity: 1 }] })).toMatchObject(
      refused(409, 'invalid_transition', status),
    );
    expect(await scenario.confirm(id, { order_id: 'o-8' })).toMatchObject(
      refused(409, 'invalid_transition', status),
    );
    expect(await scenario.release(id)).toMatchObject(refused(409, 'invalid_transition', status));
  });

  test('a part is confirmed and the rest given back, from the last location first', async () => {
    const sku = await scenario.newSku({ EAST: 3, WEST: 5 });
    const { id } = parsed(await scenario.tryHold(sku, 6));
    const confirmed = parsed(await scenario.confirm(id, { lines: [{ sku, quantity: 4 }] }));
    expect(confirmed.lines).toMatchObject([
      {
        quantity: 6,
        confirmed_quantity: 4,
        cancelled_quantity: 0,
        allocations: [
          { location: 'EAST', quantity: 3 },
          { location: 'WEST', quantity: 1 },
        ],
      },
    ]);
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, allocated: 4, available: 4 });
    expect(parsed(await scenario.confirm(id))).toEqual(confirmed);
    expect(parsed(await scenario.confirm(id, { lines: [{ sku, quantity: 4 }] }))).toEqual(confirmed);
  });

  test('it is released, and a repeat keeps the first reason', async () => {
    const sku = await scenario.newSku(5);
    const { id } = parsed(await scenario.create({ order_id: 'o-1', lines: [{ sku, quantity: 2 }] }));
    expect(await scenario.confirm(id, { order_id: 'o-2' })).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'held' }),
    );
    const released = parsed(await scenario.release(id, { reason: 'payment failed' }));
    expect(released).toMatchObject({
      status: 'released',
      release_reason: 'payment failed',
      released_at: released.updated_at,
      version: 2,
      warehouse_sync: { action: 'release' },
    });
    expect(await scenario.availability(sku)).toMatchObject({ reserved: 0, allocated: 0, available: 5 });
    expect(parsed(await scenario.release(id, { reason: 'other' }))).toEqual(released);
    expect(parsed(await scenario.release(id))).toEqual(released);
    expect(await scenario.confirm(id)).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'released' }),
    );
    const reacquire = await scenario.confirm(id, { on_expired: 'reacquire' });
    expect(reacquire).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
  });
});
