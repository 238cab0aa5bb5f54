import { reservationAnswer } from '@holdfast/contract';
import { checkLedgerInvariants, eventually } from '@holdfast/testing';
import { startOwnApi, type TestApi } from '../testing/start-api.ts';

// All holds of this file are made first and fall due together, so that the suite waits one second and not
// five.
const cases = ['read', 'refused', 'released', 'reacquired', 'sold', 'swept', 'part'] as const;

let api: TestApi;
const held = new Map<string, string>();

const create = async (sku: string, body: object = {}) =>
  api.call('post', '/v1/reservations', { lines: [{ sku, quantity: 2 }], ...body });
const verb = (what: string, name: string, body?: object) =>
  api.call('post', `/v1/reservations/${held.get(what)}/${name}`, body);
const read = async (what: string) =>
  reservationAnswer.parse((await api.call('get', `/v1/reservations/${held.get(what)}`)).body);
const levels = async (sku: string) => (await api.call('get', `/v1/items/${sku}/availability`)).body;

beforeAll(async () => {
  // There is no worker here: nothing sweeps but the calls themselves.
  api = await startOwnApi();
  await api.call('put', '/v1/locations/L', {});
  for (const sku of cases) {
    await api.call('put', `/v1/skus/${sku}`, {});
    await api.call('put', `/v1/stock-levels/${sku}/L`, { on_hand: 3 });
  }
  for (const sku of cases) {
    const { body } = await create(sku, { ttl_seconds: 1 });
    held.set(sku, reservationAnswer.parse(body).id);
  }
  await eventually(async () => (await read(cases[cases.length - 1] ?? 'read')).status === 'expired');
});
afterAll(async () => {
  expect(await checkLedgerInvariants(api.databaseUrl)).toEqual([]);
  await api.close();
});

const tooLate = { status: 409, body: { code: 'reservation_expired', current_status: 'expired' } };

describe('when past its time', () => {
  test('it reads expired before any job has run; the stored counter still has it', async () => {
    const { expires_at, ...rest } = await read('read');
    expect(rest).toMatchObject({
      status: 'expired',
      expired_at: expires_at,
      release_reason: 'expired',
      released_at: null,
    });
    expect(await levels('read')).toMatchObject({ reserved: 2, available: 1 });
  });

  test('a confirm is refused and leaves nothing behind', async () => {
    expect(await verb('refused', 'confirm', { payment_reference: 'late' })).toMatchObject(tooLate);
    expect(await levels('refused')).toMatchObject({ reserved: 0, allocated: 0, available: 3 });
    expect(await read('refused')).toMatchObject({
      status: 'expired',
      payment_reference: null,
      warehouse_sync: { action: 'expire' },
    });
    expect(await verb('refused', 'confirm', { on_expired: 'reject' })).toMatchObject(tooLate);
  });

  test('it is reacquired if the stock is available, and a repeat changes nothing', async () => {
    const wanted = { on_expired: 'reacquire', payment_reference: 'p' };
    const { status, body } = await verb('reacquired', 'confirm', wanted);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: 'confirmed',
      release_reason: null,
      lines: [{ confirmed_quantity: 2 }],
    });
    expect(await levels('reacquired')).toMatchObject({ reserved: 0, allocated: 2, available: 1 });
    expect((await verb('reacquired', 'confirm', wanted)).body).toEqual(body);
  });

  test('a part of it is had again', async () => {
    const { body } = await verb('part', 'confirm', {
      on_expired: 'reacquire',
      lines: [{ sku: 'part', quantity: 1 }],
    });
    expect(body).toMatchObject({ status: 'confirmed', lines: [{ quantity: 2, confirmed_quantity: 1 }] });
    expect(await levels('part')).toMatchObject({ reserved: 0, allocated: 1 });
  });

  test('it stays expired if the stock is sold', async () => {
    expect((await create('sold')).status).toBe(201);
    expect(await verb('sold', 'confirm', { on_expired: 'reacquire' })).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        current_status: 'expired',
        lines: [{ sku: 'sold', requested: 2, available: 1 }],
      },
    });
    expect((await read('sold')).status).toBe('expired');
  });

  test('a create of its SKU gives it back first', async () => {
    expect((await create('swept', { lines: [{ sku: 'swept', quantity: 3 }] })).status).toBe(201);
    const { expires_at, expired_at } = await read('swept');
    expect(expired_at).toBe(expires_at);
  });
});
