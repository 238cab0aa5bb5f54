import { eventually } from '@holdfast/testing';
import { startOwnApi, type TestApi } from '../testing/start-api.ts';

let api: TestApi;

beforeEach(async () => {
  api = await startOwnApi();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await api.close();
});

const waiting = async () => (await api.context.producer.jobCounts()).housekeeping.waiting;

test.each([
  ['/v1/skus/A', { low_stock_threshold: 5 }],
  ['/v1/skus/A', { low_stock_threshold: null }],
  ['/v1/locations/EAST', { active: false }],
])('PUT %s %o asks for a look at what is low, once', async (path, body) => {
  await api.call('put', path, body);
  await api.call('put', path, body);
  await eventually(async () => (await waiting()) !== 0);
  expect(await waiting()).toBe(1);
});

test('what says nothing about low stock asks for nothing', async () => {
  await api.call('put', '/v1/skus/A', { name: 'A' });
  await api.call('put', '/v1/locations/EAST', { priority: 1 });
  await api.call('put', '/v1/skus/B', { low_stock_threshold: 1 }); // comes after them
  await eventually(async () => (await waiting()) === 1);
  expect(await waiting()).toBe(1);
});

test('without the queue the change is made all the same', async () => {
  const { producer, log } = api.context;
  const warn = jest.spyOn(log, 'warn').mockImplementation(() => log as never);
  jest.spyOn(producer, 'enqueueStockReview').mockRejectedValue(new Error('no queue'));
  expect(await api.call('put', '/v1/skus/A', { low_stock_threshold: 5 })).toMatchObject({ status: 201 });
  await eventually(() => warn.mock.calls.length === 1);
  expect(warn).toHaveBeenCalledWith('queue.enqueue_failed', { error: expect.any(Error) });
});
