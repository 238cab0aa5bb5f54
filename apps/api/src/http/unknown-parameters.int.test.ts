import { routes } from '../routes.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();
const ID = '0199b0c4-0000-7000-8000-000000000000';

test('every call below /v1 refuses a query parameter that it does not know', async () => {
  const accepted: string[] = [];
  for (const { method, path } of routes(api.context).filter((route) => route.path.startsWith('/v1/'))) {
    const filled = path.replaceAll(/\{\w+\}/g, ID);
    const types = { '/v1/stock-imports': 'text/csv', '/v1/events': 'application/cloudevents+json' };
    const type = Object.entries(types).find(([known]) => known === path)?.[1] ?? 'application/json';
    const body = method === 'get' || method === 'delete' ? undefined : '{}';
    const { status, body: problem } = await api.call(method, `${filled}?nonsense=1`, body, {
      'Content-Type': type,
    });
    if (status !== 400 || !JSON.stringify(problem).includes('nonsense')) accepted.push(`${method} ${path}`);
  }
  expect(accepted).toEqual([]);
});

test('a file that is sent with ?dryrun=true is not imported', async () => {
  await api.call('put', '/v1/locations/L', {});
  const file = 'sku,location,on_hand\nMUG,L,5\n';
  const csv = { 'Content-Type': 'text/csv' };
  const reply = await api.call('post', '/v1/stock-imports?dryrun=true', file, csv);
  expect(reply).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect(await api.call('get', '/v1/items/MUG/availability')).toMatchObject({ status: 404 });
});

test('a run that is asked for with ?dry_run=true does not run', async () => {
  const reply = await api.call('post', '/v1/workers/reconcile-stale?dry_run=true');
  expect(reply).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect(await api.call('get', '/v1/reconciliation-runs')).toMatchObject({ body: { data: [] } });
});

test('the verbs of a reservation and a single GET do nothing with a parameter that they do not know', async () => {
  await api.call('put', '/v1/locations/L', {});
  await api.call('put', '/v1/skus/CUP', {});
  await api.setStock('CUP', 5, 'L');
  const { id } = await api.hold('CUP', 1);
  expect(await api.call('post', `/v1/reservations/${id}/confirm?payment_reference=p-1`)).toMatchObject({
    status: 400,
  });
  expect(await api.call('get', `/v1/reservations/${id}?expand=lines`)).toMatchObject({ status: 400 });
  expect(await api.call('get', `/v1/reservations/${id}`)).toMatchObject({ body: { status: 'held' } });
});

test.each(['/healthz', '/readyz'])('%s may have any query: probes add their own', async (path) => {
  expect(await api.call('get', `${path}?nonsense=1`)).toMatchObject({ status: 200 });
});
