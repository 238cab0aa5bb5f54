import { reservationAnswer } from '@holdfast/contract';
import { checkLedgerInvariants, createTestDatabase, type TestDatabase } from '@holdfast/testing';
import type { z } from 'zod';
import { availabilityAnswer } from '../schemas/stock.ts';
import { startApi, type Reply, type TestApi } from '../testing/start-api.ts';

let database: TestDatabase;
let api: TestApi;
let skus = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  api = await startApi({ DATABASE_URL: database.url });
  await api.call('put', '/v1/locations/FAR', { priority: 9 });
  await api.call('put', '/v1/locations/NEAR', { priority: 1 });
});
afterAll(async () => {
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
  await api.stop();
  await database.drop();
});

/** A SKU of a test's own, with so much at each location. */
async function stock(levels: Record<string, number>): Promise<string> {
  skus += 1;
  const sku = `SKU-${skus}`;
  await api.call('put', `/v1/skus/${sku}`, {});
  for (const [location, on_hand] of Object.entries(levels)) {
    await api.call('put', `/v1/stock-levels/${sku}/${location}`, { on_hand });
  }
  return sku;
}
const create = (body: object) => api.call('post', '/v1/reservations', body);
const parsed = ({ body }: Reply): z.infer<typeof reservationAnswer> => reservationAnswer.parse(body);
const verb = (id: string, name: string, body?: object) =>
  api.call('post', `/v1/reservations/${id}/${name}`, body);
const read = async (id: string) => parsed(await api.call('get', `/v1/reservations/${id}`));
const counters = async (sku: string) => {
  const { body } = await api.call('get', `/v1/items/${sku}/availability`);
  const { reserved, allocated, available } = availabilityAnswer.parse(body);
  return { reserved, allocated, available };
};
const refused = (status: number, code: string, more: object = {}) => ({ status, body: { code, ...more } });

describe('when held', () => {
  test('it is confirmed, and a repeat changes nothing', async () => {
    const sku = await stock({ NEAR: 5 });
    const { id, expires_at } = parsed(await create({ lines: [{ sku, quantity: 2 }] }));
    const reply = await verb(id, 'confirm', { payment_reference: 'pay-1', order_id: 'o-9' });
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
    expect(await counters(sku)).toEqual({ reserved: 0, allocated: 2, available: 3 });
    expect(parsed(await verb(id, 'confirm', { payment_reference: 'pay-2' }))).toEqual(confirmed);
    expect(parsed(await verb(id, 'confirm', { lines: [{ sku, quantity: 2 }] }))).toEqual(confirmed);
    expect(await read(id)).toEqual(confirmed);
    const status = { current_status: 'confirmed' };
    expect(await verb(id, 'confirm', { lines: [{ sku, quantity: 1 }] })).toMatchObject(
      refused(409, 'invalid_transition', status),
    );
    expect(await verb(id, 'confirm', { order_id: 'o-8' })).toMatchObject(
      refused(409, 'invalid_transition', status),
    );
    expect(await verb(id, 'release')).toMatchObject(refused(409, 'invalid_transition', status));
  });

  test('a part is confirmed and the rest given back, from the last location first', async () => {
    const sku = await stock({ NEAR: 3, FAR: 5 });
    const { id } = parsed(await create({ lines: [{ sku, quantity: 6 }] }));
    const confirmed = parsed(await verb(id, 'confirm', { lines: [{ sku, quantity: 4 }] }));
    expect(confirmed.lines).toMatchObject([
      {
        quantity: 6,
        confirmed_quantity: 4,
        cancelled_quantity: 0,
        allocations: [
          { location: 'NEAR', quantity: 3 },
          { location: 'FAR', quantity: 1 },
        ],
      },
    ]);
    expect(await counters(sku)).toEqual({ reserved: 0, allocated: 4, available: 4 });
    expect(parsed(await verb(id, 'confirm'))).toEqual(confirmed);
    expect(parsed(await verb(id, 'confirm', { lines: [{ sku, quantity: 4 }] }))).toEqual(confirmed);
  });

  test.each([
    ['more than there is', { quantity: 3 }],
    ['a SKU that it does not have', { sku: 'OTHER', quantity: 1 }],
    ['a location that it does not have', { location: 'FAR', quantity: 1 }],
  ])('%s cannot be confirmed', async (_what, line) => {
    const sku = await stock({ NEAR: 5, FAR: 5 });
    const { id } = parsed(await create({ lines: [{ sku, quantity: 2 }] }));
    expect(await verb(id, 'confirm', { lines: [{ sku, ...line }] })).toMatchObject(
      refused(409, 'quantity_exceeds_remaining', { current_status: 'held' }),
    );
    expect(await counters(sku)).toEqual({ reserved: 2, allocated: 0, available: 8 });
  });

  test('it is released, and a repeat keeps the first reason', async () => {
    const sku = await stock({ NEAR: 5 });
    const { id } = parsed(await create({ order_id: 'o-1', lines: [{ sku, quantity: 2 }] }));
    expect(await verb(id, 'confirm', { order_id: 'o-2' })).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'held' }),
    );
    const released = parsed(await verb(id, 'release', { reason: 'payment failed' }));
    expect(released).toMatchObject({
      status: 'released',
      release_reason: 'payment failed',
      released_at: released.updated_at,
      version: 2,
      warehouse_sync: { action: 'release' },
    });
    expect(await counters(sku)).toEqual({ reserved: 0, allocated: 0, available: 5 });
    expect(parsed(await verb(id, 'release', { reason: 'other' }))).toEqual(released);
    expect(parsed(await verb(id, 'release'))).toEqual(released);
    expect(await verb(id, 'confirm')).toMatchObject(
      refused(409, 'invalid_transition', { current_status: 'released' }),
    );
    const reacquire = await verb(id, 'confirm', { on_expired: 'reacquire' });
    expect(reacquire).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
  });
});
