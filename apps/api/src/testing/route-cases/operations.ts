import { NO_ID, of } from './route-case.ts';

export const OPERATIONS = [
  ...of(
    'GET /v1/warehouse-syncs',
    ['the newest', 200, { path: '/v1/warehouse-syncs?limit=1', keep: ['sync', 'data.0.id'] }],
    ['a bad state', 400, { path: '/v1/warehouse-syncs?state=x' }],
  ),
  ...of(
    'GET /v1/warehouse-syncs/{id}',
    ['one', 200, { path: '/v1/warehouse-syncs/$sync' }],
    ['none', 404, { path: `/v1/warehouse-syncs/${NO_ID}` }],
  ),
  ...of('GET /v1/overview', ['it', 200], ['a parameter', 400, { path: '/v1/overview?all=true' }]),
  ...of('GET /v1/system', ['it', 200], ['a parameter', 400, { path: '/v1/system?all=true' }]),
  ...of('GET /v1/caller', ['it', 200], ['a parameter', 400, { path: '/v1/caller?all=true' }]),
  ...of(
    'GET /v1/search',
    ['a SKU', 200, { path: '/v1/search?q=M' }],
    ['nothing', 400, { path: '/v1/search?q=' }],
  ),
  ...of(
    'POST /v1/warehouse-syncs/{id}/retry',
    ['one that waits', 202, { path: '/v1/warehouse-syncs/$sync/retry' }],
    ['none', 404, { path: `/v1/warehouse-syncs/${NO_ID}/retry` }],
  ),
  ...of(
    'POST /v1/warehouse-syncs/retry',
    ['all that failed', 202, { body: { state: 'failed' } }],
    ['a bad body', 400, { body: { limit: 0 } }],
  ),
  ...of(
    'POST /v1/workers/reconcile-stale',
    ['a run', 202, { body: { dry_run: true }, keep: ['run', 'run_id'] }],
    ['a bad body', 400, { body: { dryRun: true } }],
  ),
  ...of(
    'GET /v1/reconciliation-runs',
    ['all', 200],
    ['a bad cursor', 400, { path: '/v1/reconciliation-runs?cursor=%7B%7D' }],
  ),
  ...of(
    'GET /v1/reconciliation-runs/{id}',
    ['one', 200, { path: '/v1/reconciliation-runs/$run' }],
    ['none', 404, { path: `/v1/reconciliation-runs/${NO_ID}` }],
  ),
  ...of(
    'GET /healthz',
    ['it', 200],
    ['another path', 401, { path: '/healthz/', headers: ['Authorization: x'] }],
  ),
  ...of(
    'GET /readyz',
    ['it', 200],
    ['another path', 401, { path: '/readyz/x', headers: ['Authorization: x'] }],
  ),
];
