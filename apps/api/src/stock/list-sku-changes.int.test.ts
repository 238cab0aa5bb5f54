import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { skuChangesAnswer } from './list-sku-changes.ts';

const scenario = scenarioOfSuite();
const call: typeof scenario.api.call = (...args) => scenario.api.call(...args);
const changes = async (sku: string, query = '') =>
  skuChangesAnswer.parse((await call('get', `/v1/skus/${sku}/changes${query}`)).body);

test('a SKU’s changes are listed, newest first, with who made them and why', async () => {
  const sku = await scenario.newSku();
  const pause = { active: false, low_stock_threshold: 5, reason: 'wrong photo' };
  await call('put', `/v1/skus/${sku}`, pause, { 'X-Actor': 'Ada' });
  await call('put', `/v1/skus/${sku}`, { active: false, reason: 'once more' });
  await call('put', `/v1/skus/${sku}`, { active: null, reason: null });
  const { data, next_cursor } = await changes(sku, '?limit=2');
  expect(data).toEqual([
    {
      at: expect.any(String),
      caller: 'anonymous',
      reason: null,
      changes: [{ field: 'active', before: false, after: true }],
    },
    {
      at: expect.any(String),
      caller: 'anonymous/Ada',
      reason: 'wrong photo',
      changes: [
        { field: 'active', before: true, after: false },
        { field: 'low_stock_threshold', before: null, after: 5 },
      ],
    },
  ]);
  const rest = await changes(sku, `?cursor=${next_cursor}`);
  expect(rest.data).toMatchObject([{ changes: [{ field: 'active', before: null, after: true }] }]);
  expect(rest.next_cursor).toBeNull();
});

test('of a SKU that does not exist there are none', async () => {
  expect(await call('get', '/v1/skus/NONE/changes')).toMatchObject(refused(404, 'sku_not_found'));
});

test('a limit of a level is changed with a reason, and the movement says by how much', async () => {
  const sku = await scenario.newSku(3);
  await call('patch', `/v1/stock-levels/${sku}/EAST`, { backorder_limit: 4, reason: 'supplier is late' });
  const { body } = await call('get', `/v1/stock-movements?sku=${sku}&kind=set&limit=1`);
  expect(body).toMatchObject({ data: [{ reason: 'supplier is late', backorder_limit_delta: 4 }] });
});
