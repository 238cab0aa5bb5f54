import { freePort } from '@holdfast/testing';
import request from 'supertest';
import { startOwnApi, startApi, type TestApi } from '../testing/start-api.ts';

const good = { lines: [{ sku: 'MUG', quantity: 1 }] };

async function seed(api: TestApi): Promise<void> {
  await api.call('put', '/v1/locations/L', {});
  await api.call('put', '/v1/skus/MUG', {});
  await api.call('put', '/v1/stock-levels/MUG/L', { on_hand: 100 });
}

describe('with database and queue', () => {
  let api: TestApi;

  beforeAll(async () => {
    api = await startOwnApi();
    await seed(api);
  });
  afterAll(() => api.close());

  test('it is alive and ready', async () => {
    expect(await api.call('get', '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
    const ready = await api.call('get', '/readyz');
    expect(ready).toMatchObject({ status: 200 });
    expect(ready.body).toEqual({ status: 'ready', database: 'ok', queue: 'ok' });
  });

  test('/metrics has the series, by route and not by path', async () => {
    await api.call('post', '/v1/reservations', good);
    await api.call('get', '/v1/reservations/0199b0c4-0000-7000-8000-000000000000');
    await api.call('get', '/nowhere');
    for (const path of ['/schemas', '/Schemas/none.json', '/OPS/queues/api/queues'])
      await request(api.url).get(path);
    const { text } = await request(api.url)
      .get('/metrics')
      .expect(200)
      .expect('Content-Type', /^text\/plain/);
    const series = [
      'holdfast_http_request_seconds_count{app="api",method="POST",route="/v1/reservations",status="201"}',
      'holdfast_http_request_seconds_count{app="api",method="GET",route="/v1/reservations/:id",status="404"}',
      'holdfast_http_request_seconds_count{app="api",method="GET",route="none",status="404"}',
      'holdfast_http_request_seconds_count{app="api",method="GET",route="/schemas",status="200"}',
      'holdfast_http_request_seconds_count{app="api",method="GET",route="/schemas/:name.json",status="404"}',
      'holdfast_http_request_seconds_count{app="api",method="GET",route="/ops/queues/api/queues",status="200"}',
      'holdfast_ledger_batch_commands_count{app="api"}',
      'holdfast_ledger_wait_seconds_count{app="api"}',
      'holdfast_ledger_batch_seconds_count{app="api"}',
      'holdfast_ledger_overloaded_total{app="api"} 0',
      'process_cpu_seconds_total{',
      'nodejs_eventloop_lag_seconds',
    ];
    const lines = text.split('\n');
    for (const each of series) {
      expect({ each, found: lines.some((line) => line.startsWith(each)) }).toEqual({ each, found: true });
    }
    expect(text).toContain('# TYPE holdfast_ledger_failed_tries_total counter');
    expect(text).not.toMatch(/0199b0c4|nowhere|OPS|route="\/api/);
  });

  describe('/ops/queues', () => {
    test('is a page whose assets are there', async () => {
      const page = await request(api.url)
        .get('/ops/queues')
        .expect(200)
        .expect('Content-Type', /^text\/html/);
      const assets = [...page.text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(
        (match) => match[1] ?? '',
      );
      expect(assets.length).toBeGreaterThan(0);
      for (const asset of assets) {
        const { pathname } = new URL(asset, `${api.url}/ops/queues/`);
        await request(api.url).get(pathname).expect(200);
      }
    });

    test('shows all queues, read-only', async () => {
      const { body } = await request(api.url).get('/ops/queues/api/queues').expect(200);
      expect(body).toMatchObject({
        queues: [
          { name: 'expiry', readOnlyMode: true },
          { name: 'warehouse-sync', readOnlyMode: true },
          { name: 'events', readOnlyMode: true },
          { name: 'reconcile', readOnlyMode: true },
          { name: 'stock-import', readOnlyMode: true },
          { name: 'housekeeping', readOnlyMode: true },
        ],
      });
    });

    test.each([
      ['put', 'queues/expiry/pause'],
      ['put', 'queues/expiry/empty'],
      ['put', 'queues/expiry/obliterate'],
      ['put', 'queues/expiry/promote'],
      ['put', 'queues/expiry/retry/completed'],
      ['put', 'queues/expiry/clean/completed'],
      ['post', 'queues/expiry/add'],
    ] as const)('refuses to %s %s', async (method, path) => {
      const isPaused = () => Promise.all(api.context.producer.boardQueues().map((queue) => queue.isPaused()));
      const before = await api.context.producer.jobCounts();
      const asked = request(api.url)[method](`/ops/queues/api/${path}`);
      const { status, text } = await asked.send({ name: 'x', data: {} });
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
      expect(text).not.toMatch(/node_modules|\.js:/);
      expect(await api.context.producer.jobCounts()).toEqual(before);
      expect(new Set(await isPaused())).toEqual(new Set([false]));
    });
  });
});

test('without a queue it is ready all the same, and reserves', async () => {
  const api = await startOwnApi({
    REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    LOG_LEVEL: 'error',
  });
  try {
    await seed(api);
    const ready = await api.call('get', '/readyz');
    expect(ready).toMatchObject({ status: 200, body: { status: 'ready', queue: 'degraded' } });
    expect(await api.call('post', '/v1/reservations', good)).toMatchObject({ status: 201 });
    const key = { 'Idempotency-Key': 'k' };
    const run = await api.call('post', '/v1/workers/reconcile-stale', undefined, key);
    expect(run).toMatchObject({ status: 202, body: { job_id: null, joined: false } });
    const again = await api.call('post', '/v1/workers/reconcile-stale', undefined, key);
    expect(again.body).toEqual(run.body);
  } finally {
    await api.close();
  }
});

test('without the database it is alive, is not ready, and refuses with 503, Retry-After and no internal details', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`;
  const api = await startApi({
    DATABASE_URL: `postgresql://holdfast:secret@${nowhere}/holdfast`,
    REDIS_URL: `redis://${nowhere}`,
    LOG_LEVEL: 'error',
  });
  try {
    expect(await api.call('get', '/healthz')).toMatchObject({ status: 200 });
    const id = '0199b0c4-0000-7000-8000-000000000000';
    const calls = [
      ['get', '/readyz'],
      ['post', '/v1/reservations', good],
      ['get', `/v1/reservations/${id}`],
      ['post', `/v1/reservations/${id}/confirm`],
      ['put', '/v1/skus/MUG', {}],
      ['put', '/v1/stock-levels/MUG/L', { on_hand: 1 }],
      ['get', '/v1/availability'],
      ['post', '/v1/workers/reconcile-stale'],
    ] as const;
    for (const [method, path, body] of calls) {
      expect(await api.call(method, path, body)).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
      });
    }
  } finally {
    await api.close();
  }
});
