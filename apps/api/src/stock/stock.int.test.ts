import { checkLedgerInvariants } from '@holdfast/testing';
import { z } from 'zod';
import { startOwnApi, type TestApi } from '../testing/start-api.ts';

let api: TestApi;

beforeAll(async () => {
  api = await startOwnApi();
});
afterAll(async () => {
  expect(await checkLedgerInvariants(api.databaseUrl)).toEqual([]);
  await api.close();
});

const put = (path: string, body?: object, headers?: Record<string, string>) =>
  api.call('put', path, body, headers);
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const refused = (status: number, code: string) => ({ status, body: { status, code } });

describe('a location', () => {
  const path = '/v1/locations/WH-1';

  test('is created with 201 and defaults, changed with 200', async () => {
    const created = await put(path, {});
    expect(created).toMatchObject({ status: 201 });
    expect(created.body).toEqual({
      location: 'WH-1',
      name: null,
      priority: 100,
      active: true,
      created_at: isoTime,
      updated_at: isoTime,
    });
    const changed = await put(path, { name: 'West', priority: 5, active: false });
    expect(changed).toMatchObject({ status: 200, body: { name: 'West', priority: 5, active: false } });
  });

  test('keeps what is absent; null clears', async () => {
    expect((await put(path, {})).body).toMatchObject({ name: 'West', priority: 5, active: false });
    expect((await put(path)).body).toMatchObject({ name: 'West', priority: 5, active: false });
    expect((await put(path, { name: null })).body).toMatchObject({ name: null, priority: 5 });
    const cleared = await put(path, { priority: null, active: null });
    expect(cleared).toMatchObject({ status: 200, body: { priority: 100, active: true } });
  });

  test.each([
    { priority: 1.5 },
    { priority: '1' },
    { active: 'no' },
    { name: '' },
    { nam: 'x' },
    { location: 'WH-1' },
  ])('is not changed by %j', async (body) => {
    expect(await put(path, body)).toMatchObject(refused(400, 'validation_failed'));
  });

  test('is not changed by a body that is null', async () => {
    expect(await api.call('put', path, 'null')).toMatchObject(refused(400, 'validation_failed'));
  });
});

describe('a SKU', () => {
  test('is created with 201 and nulls, changed with 200; null clears, absent stays', async () => {
    const created = await put('/v1/skus/PUT-1', {});
    expect(created.status).toBe(201);
    const nothing = {
      name: null,
      product_id: null,
      variant_id: null,
      low_stock_threshold: null,
      max_per_reservation: null,
      active: true,
      max_per_customer: null,
      customer_limit_since: null,
    };
    expect(created.body).toEqual({ sku: 'PUT-1', ...nothing, created_at: isoTime, updated_at: isoTime });
    const all = {
      name: 'Mug',
      product_id: 'p',
      variant_id: 'v',
      low_stock_threshold: 0,
      max_per_reservation: 1,
    };
    expect(await put('/v1/skus/PUT-1', all)).toMatchObject({ status: 200, body: all });
    expect((await put('/v1/skus/PUT-1', { name: 'Cup' })).body).toMatchObject({ ...all, name: 'Cup' });
    const clear = Object.fromEntries(Object.keys(nothing).map((field) => [field, null]));
    expect((await put('/v1/skus/PUT-1', clear)).body).toMatchObject(nothing);
  });

  test('may have any name that fits into a path', async () => {
    const names = [
      'A/B',
      'a b',
      'Ä€🚀',
      '100%',
      'q?x=1#y',
      "o'",
      '__proto__',
      'x'.repeat(255),
      'a:b',
      '"',
      '..%2f',
    ];
    for (const sku of names) {
      const path = encodeURIComponent(sku);
      expect(await put(`/v1/skus/${path}`, {})).toMatchObject({ status: 201, body: { sku } });
      expect(await api.call('get', `/v1/items/${path}/availability`)).toMatchObject({
        status: 200,
        body: { sku, on_hand: 0, reserved: 0, allocated: 0, available: 0, locations: [] },
      });
      expect(await api.call('get', `/v1/availability?sku=${path}`)).toMatchObject({
        body: { data: [{ sku }] },
      });
    }
  });

  test.each([
    { low_stock_threshold: -1 },
    { max_per_reservation: 0 },
    { max_per_customer: 0 },
    { customer_limit_since: '2026-11-20' },
    { active: 'no' },
    { max_per_reservation: 1e10 },
    { product_id: '' },
  ])('is not changed by %j', async (body) => {
    expect(await put('/v1/skus/PUT-1', body)).toMatchObject(refused(400, 'validation_failed'));
  });
});

describe('a stock level', () => {
  const path = '/v1/stock-levels/LEVEL/WH-L';
  beforeAll(async () => {
    await put('/v1/locations/WH-L', {});
    await put('/v1/skus/LEVEL', {});
  });

  test.each(['"0"', '"1"', '"7"'])('that does not exist yet has no version %s', async (version) => {
    expect(await put(path, { on_hand: 5 }, { 'If-Match': version })).toMatchObject(
      refused(412, 'version_conflict'),
    );
    const { body } = await api.call('get', '/v1/items/LEVEL/availability');
    expect(body).toMatchObject({ locations: [] });
  });

  test('is set with 201 first, then 200, with its version as ETag', async () => {
    const created = await put(path, { on_hand: 5 });
    expect(created).toMatchObject({ status: 201, headers: { etag: '"1"' } });
    expect(created.body).toEqual({
      sku: 'LEVEL',
      location: 'WH-L',
      on_hand: 5,
      reserved: 0,
      allocated: 0,
      safety_stock: 0,
      backorder_limit: 0,
      backordered: 0,
      shortfall: 0,
      available: 5,
      version: 1,
      updated_at: isoTime,
    });
    const set = await put(path, { on_hand: 9, safety_stock: 2, reason: 'counted' });
    expect(set).toMatchObject({ status: 200, headers: { etag: '"2"' }, body: { version: 2, available: 7 } });
    // Every accepted PUT, also one that changes nothing; absent safety stock stays.
    expect(await put(path, { on_hand: 9 })).toMatchObject({ body: { version: 3, safety_stock: 2 } });
    expect(await put(path, { on_hand: 9, safety_stock: null })).toMatchObject({
      body: { version: 4, safety_stock: 0 },
    });
    expect(await put(path, { on_hand: 9, reason: null })).toMatchObject({ body: { version: 5 } });
  });

  test('is compared before it is set', async () => {
    const { body } = await put(path, { on_hand: 20 });
    const { version } = z.looseObject({ version: z.int() }).parse(body);
    const stale = await put(path, { on_hand: 1 }, { 'If-Match': `"${version - 1}"` });
    expect(stale).toMatchObject(refused(412, 'version_conflict'));
    const fresh = await put(path, { on_hand: 21 }, { 'If-Match': `"${version}"` });
    expect(fresh).toMatchObject({
      status: 200,
      headers: { etag: `"${version + 1}"` },
      body: { on_hand: 21 },
    });
    const again = await put(path, { on_hand: 22 }, { 'If-Match': `"${version}"` });
    expect(again).toMatchObject(refused(412, 'version_conflict'));
  });

  test('is not versioned by reservations, and one of many racing writers wins', async () => {
    const { headers } = await put(path, { on_hand: 20 });
    const held = await api.call('post', '/v1/reservations', { lines: [{ sku: 'LEVEL', quantity: 3 }] });
    expect(held.status).toBe(201);
    const etag = headers['etag'] ?? '';
    const racing = await Promise.all(
      Array.from({ length: 10 }, (_, n) => put(path, { on_hand: 30 + n }, { 'If-Match': etag })),
    );
    const statuses = racing.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 412)).toHaveLength(9);
  });

  test('fewer units than are promised are a shortfall, and available is never below zero', async () => {
    expect(await put(path, { on_hand: 1, safety_stock: 5 })).toMatchObject({
      status: 200,
      body: { on_hand: 1, reserved: 3, shortfall: 2, available: 0 },
    });
  });

  test.each(['*', '"0", "$"', 'W/"9", "$"', '"x","$",'])('is set with If-Match %s', async (ifMatch) => {
    const { headers } = await put(path, { on_hand: 20 });
    const filled = ifMatch.replace('"$"', headers['etag'] ?? '');
    expect(await put(path, { on_hand: 21 }, { 'If-Match': filled })).toMatchObject({ body: { on_hand: 21 } });
  });

  test.each(['"x"', 'W/$', '"0", "99"', '"-1"', '"1.5"', '""', '"9999999999999999999"'])(
    'has another version than If-Match %s',
    async (ifMatch) => {
      const { headers } = await put(path, { on_hand: 20 });
      const filled = ifMatch.replace('$', headers['etag'] ?? '');
      expect(await put(path, { on_hand: 21 }, { 'If-Match': filled })).toMatchObject(
        refused(412, 'version_conflict'),
      );
      expect(await put(path, { on_hand: 20 }, { 'If-Match': '*' })).toMatchObject({ status: 200 });
    },
  );

  test('is only created with If-None-Match: *', async () => {
    const only = { 'If-None-Match': '*' };
    expect(await put(path, { on_hand: 99 }, only)).toMatchObject(refused(412, 'version_conflict'));
    await api.call('put', '/v1/locations/WH-NEW', {});
    const fresh = '/v1/stock-levels/LEVEL/WH-NEW';
    expect(await put(fresh, { on_hand: 5 }, { 'If-Match': '*' })).toMatchObject(
      refused(412, 'version_conflict'),
    );
    const racing = await Promise.all(Array.from({ length: 10 }, () => put(fresh, { on_hand: 5 }, only)));
    const statuses = racing.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([201, ...Array.from({ length: 9 }, () => 412)]);
  });

  test.each([
    [{ 'If-None-Match': '"3"' }, 'If-None-Match'],
    [{ 'If-None-Match': '*', 'If-Match': '*' }, 'If-None-Match'],
  ])('is not set with %j', async (headers, at) => {
    expect(await put(path, { on_hand: 5 }, headers)).toMatchObject({
      status: 400,
      body: { errors: [{ path: at }] },
    });
  });

  test.each(['', '3', 'x', '"3" "4"', '*, "3"', '"a b"', ','])(
    'is not set with If-Match %j',
    async (ifMatch) => {
      const answer = await put(path, { on_hand: 5 }, { 'If-Match': ifMatch });
      expect(answer).toMatchObject({
        ...refused(400, 'validation_failed'),
        body: { errors: [{ path: 'If-Match' }] },
      });
    },
  );

  test.each([
    {},
    { on_hand: -1 },
    { on_hand: 1.5 },
    { on_hand: 1_000_000_001 },
    { on_hand: '5' },
    { on_hand: null },
    { on_hand: 5, safety_stock: -1 },
    { on_hand: 5, backorder_limit: -1 },
    { on_hand: 5, reserved: 0 },
    { on_hand: 5, reason: '' },
  ])('is not set to %j', async (body) => {
    expect(await put(path, body)).toMatchObject(refused(400, 'validation_failed'));
  });

  test('of an unknown SKU or location is not found', async () => {
    expect(await put('/v1/stock-levels/NOPE/WH-L', { on_hand: 1 })).toMatchObject(
      refused(404, 'sku_not_found'),
    );
    expect(await put('/v1/stock-levels/LEVEL/NOPE', { on_hand: 1 })).toMatchObject(
      refused(404, 'location_not_found'),
    );
    const compared = await put('/v1/stock-levels/LEVEL/NOPE', { on_hand: 1 }, { 'If-Match': '"1"' });
    expect(compared).toMatchObject(refused(404, 'location_not_found'));
  });

  test('holds up to 1,000,000,000 units', async () => {
    expect(
      await put('/v1/stock-levels/PUT-1/WH-L', { on_hand: 1_000_000_000, safety_stock: 1_000_000_000 }),
    ).toMatchObject({
      status: 201,
      body: { available: 0 },
    });
  });
});
