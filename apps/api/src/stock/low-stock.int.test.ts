import { lowStockAnswer } from './get-low-stock.ts';
import { scenarioOfSuite } from '../testing/api-scenario.ts';

// There is no worker, so marks for reviews stay. The list is right anyway.

const scenario = scenarioOfSuite();

const put = (path: string, body: object) => scenario.api.call('put', path, body);
const setThreshold = (sku: string, low_stock_threshold: number | null) =>
  put(`/v1/skus/${sku}`, { low_stock_threshold });
const list = async (query = '') =>
  lowStockAnswer.parse((await scenario.api.call('get', `/v1/inventory/low-stock?${query}`)).body);
/** The available units of a SKU in the list, or that it is not in the list. */
const lowness = async (sku: string) =>
  (await list('limit=200')).data.find((each) => each.sku === sku)?.available ?? 'not low';
/** As after a worker's review: only the mark of the ledger is left. */
const forgetReviews = () => scenario.sql.query('UPDATE skus SET review_asked_at = NULL');

/** A SKU with a threshold, and the stock it has after that. */
async function watched(threshold: number, levels: Readonly<Record<string, number>>): Promise<string> {
  const sku = await scenario.newSku();
  await setThreshold(sku, threshold);
  await forgetReviews();
  for (const [location, on_hand] of Object.entries(levels)) {
    await put(`/v1/stock-levels/${sku}/${location}`, { on_hand });
  }
  return sku;
}

describe('a SKU is low', () => {
  test('at its threshold and under, not above', async () => {
    const sku = await watched(5, { EAST: 5 });
    expect(await lowness(sku)).toBe(5);
    await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 6 });
    expect(await lowness(sku)).toBe('not low');
    await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 0 });
    expect(await lowness(sku)).toBe(0);
  });

  test('by what all locations have together', async () => {
    const sku = await watched(5, { EAST: 3, WEST: 3 });
    expect(await lowness(sku)).toBe('not low');
    await put(`/v1/stock-levels/${sku}/WEST`, { on_hand: 2 });
    expect(await lowness(sku)).toBe(5);
  });

  test('when what is left is reserved or allocated, until it is given back', async () => {
    const sku = await watched(5, { EAST: 10 });
    const held = await scenario.hold(sku, 4);
    expect(await lowness(sku)).toBe('not low');
    await scenario.confirmed(sku);
    expect(await lowness(sku)).toBe(5);
    await scenario.release(held.id);
    expect(await lowness(sku)).toBe('not low');
  });

  test('when the rest is safety stock', async () => {
    const sku = await watched(5, {});
    await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 10, safety_stock: 5 });
    expect(await lowness(sku)).toBe(5);
  });

  test('when its location is not active, until it is again', async () => {
    await put('/v1/locations/MOODY', {});
    const sku = await watched(5, { MOODY: 10, EAST: 3 });
    expect(await lowness(sku)).toBe('not low');
    await put('/v1/locations/MOODY', { active: false });
    expect(await lowness(sku)).toBe(3);
    await put('/v1/locations/MOODY', { active: true });
    expect(await lowness(sku)).toBe('not low');
  });

  test('as soon as its threshold says so', async () => {
    const sku = await scenario.newSku(10);
    expect(await lowness(sku)).toBe('not low');
    await setThreshold(sku, 10);
    expect(await lowness(sku)).toBe(10);
    await setThreshold(sku, 9);
    expect(await lowness(sku)).toBe('not low');
    await setThreshold(sku, 0);
    await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 0 });
    expect(await lowness(sku)).toBe(0);
    await setThreshold(sku, null);
    expect(await lowness(sku)).toBe('not low');
  });

  test('never without a threshold, or before its stock was ever set', async () => {
    expect(await lowness(await scenario.newSku(0))).toBe('not low');
    const sku = await scenario.newSku();
    await setThreshold(sku, 5);
    expect(await lowness(sku)).toBe('not low');
    await scenario.sql.query(`INSERT INTO stock_levels (sku, location) VALUES ($1, 'EAST')`, [sku]);
    expect(await lowness(sku)).toBe('not low');
    await put(`/v1/stock-levels/${sku}/EAST`, { on_hand: 0 });
    expect(await lowness(sku)).toBe(0);
  });
});

describe('the list', () => {
  test('is by name, page by page, each once', async () => {
    for (let n = 0; n < 3; n += 1) await watched(1, { EAST: 1 });
    const all = await list('limit=200');
    expect(all.next_cursor).toBeNull();
    const seen: unknown[] = [];
    for (let query = 'limit=2'; ;) {
      const { data, next_cursor } = await list(query);
      seen.push(...data);
      if (next_cursor === null) break;
      expect(data).toHaveLength(2);
      query = `limit=2&cursor=${next_cursor}`;
    }
    expect(seen).toEqual(all.data);
    expect(seen.length).toBeGreaterThan(3);
    const { rows } = await scenario.sql.query<{ sku: string }>('SELECT sku FROM skus ORDER BY sku');
    const names = all.data.map(({ sku }) => sku);
    expect(names).toEqual(rows.map(({ sku }) => sku).filter((sku) => names.includes(sku)));
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['cursor=garbage', 'cursor'],
    ['threshold=5', ''],
  ])('is refused with “%s”', async (query, path) => {
    expect(await scenario.api.call('get', `/v1/inventory/low-stock?${query}`)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path }] },
    });
  });
});
