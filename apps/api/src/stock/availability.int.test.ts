import { availabilityListAnswer } from './availability.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

const put = (path: string, body: object) => api.call('put', path, body);
const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const refused = (status: number, code: string) => ({ status, body: { status, code } });

describe('availability', () => {
  const skus = ['AV-1', 'AV-2', 'AV-3'];
  beforeAll(async () => {
    await put('/v1/locations/AV-LAST', { priority: 900 });
    await put('/v1/locations/AV-B', { priority: 1 });
    await put('/v1/locations/AV-A', { priority: 1 });
    await put('/v1/locations/AV-OFF', { priority: 0, active: false });
    for (const sku of skus) await put(`/v1/skus/${sku}`, {});
    for (const location of ['AV-LAST', 'AV-B', 'AV-A', 'AV-OFF']) {
      await put(`/v1/stock-levels/AV-1/${location}`, { on_hand: 10, safety_stock: 1 });
    }
    await api.call('post', '/v1/reservations', { lines: [{ sku: 'AV-1', quantity: 4 }] });
    await api.call('post', '/v1/reservations', { confirm: true, lines: [{ sku: 'AV-1', quantity: 2 }] });
  });

  test('counts all locations, gives only active ones, and lists them by priority, then name', async () => {
    const { body } = await api.call('get', '/v1/items/AV-1/availability');
    const level = {
      sku: 'AV-1',
      on_hand: 10,
      reserved: 0,
      allocated: 0,
      safety_stock: 1,
      backorder_limit: 0,
      backordered: 0,
      shortfall: 0,
      available: 9,
      version: 1,
      updated_at: isoTime,
      active: true,
    };
    expect(body).toEqual({
      sku: 'AV-1',
      active: true,
      on_hand: 40,
      reserved: 4,
      allocated: 2,
      available: 21,
      waiting: 0,
      locations: [
        { ...level, location: 'AV-OFF', active: false },
        { ...level, location: 'AV-A', reserved: 4, allocated: 2, available: 3 },
        { ...level, location: 'AV-B' },
        { ...level, location: 'AV-LAST' },
      ],
    });
  });

  test('of several SKUs comes with each once; one that is unknown is not found', async () => {
    const { body } = await api.call('get', '/v1/availability?sku=AV-2&sku=AV-1&sku=AV-2');
    const { data, next_cursor } = availabilityListAnswer.parse(body);
    expect(data.map(({ sku }) => sku).toSorted()).toEqual(['AV-1', 'AV-2']);
    expect(next_cursor).toBeNull();
    expect(await api.call('get', '/v1/availability?sku=AV-1&sku=NO')).toMatchObject(
      refused(404, 'sku_not_found'),
    );
    expect(await api.call('get', '/v1/items/NO/availability')).toMatchObject(refused(404, 'sku_not_found'));
    const most = Array.from({ length: 200 }, () => 'sku=AV-1').join('&');
    expect(await api.call('get', `/v1/availability?${most}`)).toMatchObject({ status: 200 });
  });

  test('of all is read page by page, by name, each SKU once', async () => {
    const all = availabilityListAnswer.parse((await api.call('get', '/v1/availability?limit=200')).body);
    const seen: string[] = [];
    let cursor = '';
    do {
      const page = await api.call('get', `/v1/availability?limit=2${cursor}`);
      const { data, next_cursor } = availabilityListAnswer.parse(page.body);
      seen.push(...data.map(({ sku }) => sku));
      cursor = next_cursor === null ? '' : `&cursor=${encodeURIComponent(next_cursor)}`;
    } while (cursor !== '');
    expect(seen).toEqual(all.data.map(({ sku }) => sku));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(skus));
    expect(all.next_cursor).toBeNull();
  });
});
