import type { z } from 'zod';
import { reconcileAnswer, reconciliationRunListAnswer } from './reconciliation-schema.ts';
import { apiOfSuite, type Reply } from '../testing/start-api.ts';

const api = apiOfSuite();

const path = '/v1/workers/reconcile-stale';
const reconcile = (body?: unknown, headers?: Record<string, string>) => api.call('post', path, body, headers);
const queued = ({ body }: Reply): z.infer<typeof reconcileAnswer> => reconcileAnswer.parse(body);

test('a run is queued at once, needs no body, and can be read', async () => {
  const reply = await reconcile();
  expect(reply.status).toBe(202);
  const { run_id, job_id, status_url, joined } = queued(reply);
  expect(reply.headers['location']).toBe(status_url);
  expect({ status_url, joined }).toEqual({ status_url: `/v1/reconciliation-runs/${run_id}`, joined: false });
  expect(job_id).toEqual(expect.any(String));
  expect(await api.call('get', status_url)).toMatchObject({
    status: 200,
    body: {
      id: run_id,
      trigger: 'manual',
      dry_run: false,
      limit: 1_000,
      status: 'queued',
      scanned: 0,
      expired: 0,
      requeued_syncs: 0,
      issues: [],
      reservation_ids: [],
      started_at: null,
      finished_at: null,
      error: null,
    },
  });
});

test('a run with the same wishes that waits already is joined, another one is not', async () => {
  const first = queued(await reconcile({ limit: 7 }));
  expect(queued(await reconcile({ limit: 7, dry_run: false }))).toEqual({ ...first, joined: true });
  expect(queued(await reconcile({ limit: 7, dry_run: true }))).toMatchObject({ joined: false });
});

test('a key is honoured: the same answer and one run', async () => {
  const key = { 'Idempotency-Key': 'reconcile-1' };
  const [first, second] = await Promise.all([reconcile({ limit: 8 }, key), reconcile({ limit: 8 }, key)]);
  const third = await reconcile({ dry_run: false, limit: 8 }, key);
  expect(second.body).toEqual(first.body);
  expect(third.body).toEqual(first.body);
  expect([first, second].filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(1);
  expect(third.headers['idempotent-replayed']).toBe('true');
  expect(await reconcile({ limit: 9 }, key)).toMatchObject({ body: { code: 'idempotency_key_reused' } });
});

test('a replay answers the same when the job has run and is forgotten', async () => {
  const key = { 'Idempotency-Key': 'reconcile-2' };
  const first = await reconcile({ limit: 10 }, key);
  await Promise.all(api.context.producer.boardQueues().map((queue) => queue.obliterate({ force: true })));
  expect((await reconcile({ limit: 10 }, key)).body).toEqual(first.body);
});

test.each([
  { limit: 0 },
  { limit: 10_001 },
  { limit: '5' },
  { limit: 1.5 },
  { limit: null },
  { dry_run: 'yes' },
  { dryrun: true },
])('a run is not queued with %j', async (body) => {
  expect(await reconcile(body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});

test('a run is not queued with a body that is null', async () => {
  expect(await reconcile('null')).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
});

test('an unknown run is not found, and an id must be a UUID', async () => {
  expect(await api.call('get', '/v1/reconciliation-runs/0199b0c4-0000-7000-8000-000000000000')).toMatchObject(
    {
      status: 404,
      body: { code: 'not_found' },
    },
  );
  expect(await api.call('get', '/v1/reconciliation-runs/7')).toMatchObject({
    status: 400,
    body: { code: 'validation_failed', errors: [{ path: 'id' }] },
  });
});

async function list(query: string) {
  const { status, body } = await api.call('get', `/v1/reconciliation-runs${query}`);
  expect(status).toBe(200);
  return reconciliationRunListAnswer.parse(body);
}

describe('the list of runs', () => {
  test('has all runs, newest first, page by page, each as it is read by its id', async () => {
    const newest = queued(await reconcile({ limit: 21, dry_run: true }));
    const all = await list('?limit=200');
    expect(all.next_cursor).toBeNull();
    expect(all.data.map(({ id }) => id)).toEqual(
      all.data
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(all.data[0]).toEqual((await api.call('get', newest.status_url)).body);

    const ids: string[] = [];
    let next = '?limit=2';
    while (next !== '') {
      const page = await list(next);
      expect(page.data.length).toBeLessThanOrEqual(2);
      ids.push(...page.data.map(({ id }) => id));
      next = page.next_cursor === null ? '' : `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(ids).toEqual(all.data.map(({ id }) => id));
  });

  test.each(['?cursor=x', '?limit=0', '?limit=201', '?state=queued'])('refuses %s', async (query) => {
    expect(await api.call('get', `/v1/reconciliation-runs${query}`)).toMatchObject({ status: 400 });
  });
});
