import { locationListAnswer } from './locations.ts';
import { skuListAnswer } from './skus.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();

const LOCATIONS = ['C', 'A/1', 'B b', 'D', 'Ä'];
const SKUS = ['MUG', 'CUP?', 'TSHIRT-M', 'a', 'B'];

beforeAll(async () => {
  for (const name of LOCATIONS) await api.call('put', `/v1/locations/${encodeURIComponent(name)}`, {});
  for (const name of SKUS) await api.call('put', `/v1/skus/${encodeURIComponent(name)}`, {});
});

const lists = {
  '/v1/locations': {
    names: LOCATIONS,
    read: (body: unknown) => {
      const { data, next_cursor } = locationListAnswer.parse(body);
      return { names: data.map(({ location }) => location), next_cursor };
    },
  },
  '/v1/skus': {
    names: SKUS,
    read: (body: unknown) => {
      const { data, next_cursor } = skuListAnswer.parse(body);
      return { names: data.map(({ sku }) => sku), next_cursor };
    },
  },
} as const;

describe.each(Object.entries(lists))('%s', (path, { names, read }) => {
  test('lists all, by name, page by page, each once', async () => {
    const all = read((await api.call('get', path)).body);
    expect(all.names.toSorted()).toEqual(names.toSorted());
    expect(all.next_cursor).toBeNull();
    for (const limit of [1, 2, names.length]) {
      const seen: string[] = [];
      for (let query = `?limit=${limit}`; ;) {
        const page = read((await api.call('get', `${path}${query}`)).body);
        seen.push(...page.names);
        if (page.next_cursor === null) break;
        expect(page.names).toHaveLength(limit);
        query = `?limit=${limit}&cursor=${page.next_cursor}`;
      }
      expect(seen).toEqual(all.names);
    }
  });

  test('is empty behind the last', async () => {
    const cursor = Buffer.from('["￿"]').toString('base64url');
    expect((await api.call('get', `${path}?cursor=${cursor}`)).body).toEqual({ data: [], next_cursor: null });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['cursor=garbage', 'cursor'],
    [`cursor=${Buffer.from('["a","b"]').toString('base64url')}`, 'cursor'],
    [`cursor=${Buffer.from('[""]').toString('base64url')}`, 'cursor'],
    ['name=x', ''],
  ])('is refused with “%s”', async (query, at) => {
    expect(await api.call('get', `${path}?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: at }] },
    });
  });
});

describe('an item of a list', () => {
  test('of locations is what putting it answers', async () => {
    const put = await api.call('put', '/v1/locations/D', { name: 'Dock', priority: 3, active: false });
    const { data } = locationListAnswer.parse((await api.call('get', '/v1/locations')).body);
    expect(data.find(({ location }) => location === 'D')).toEqual(put.body);
  });

  test('of SKUs is what putting it and reading it answers', async () => {
    const put = await api.call('put', '/v1/skus/CUP%3F', {
      name: 'Cup',
      product_id: 'p',
      variant_id: 'v',
      low_stock_threshold: 3,
      max_per_reservation: 2,
    });
    const { data } = skuListAnswer.parse((await api.call('get', '/v1/skus')).body);
    expect(data.find(({ sku }) => sku === 'CUP?')).toEqual(put.body);
    expect(await api.call('get', '/v1/skus/CUP%3F')).toMatchObject({ status: 200, body: put.body });
  });
});

describe('a SKU', () => {
  test('that does not exist is not found', async () => {
    expect(await api.call('get', '/v1/skus/NOPE')).toMatchObject({
      status: 404,
      body: { code: 'sku_not_found' },
    });
  });

  test.each(['x'.repeat(256), '%00'])('of a name that there cannot be is refused: %s', async (name) => {
    expect(await api.call('get', `/v1/skus/${name}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: 'sku' }] },
    });
  });
});
