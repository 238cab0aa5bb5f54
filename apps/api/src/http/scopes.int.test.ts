import { makeApiKey, SCOPES, type Scope } from '@holdfast/runtime';
import { ofSuite } from '@holdfast/testing';
import { routes } from '../routes.ts';
import { NO_ID } from '../testing/route-cases/route-case.ts';
import { startOwnApi } from '../testing/start-api.ts';

// Each scope opens its own operations, and no others. Written down here a second time, so that a call that gets another
// scope is seen.

const OPERATIONS_OF: Readonly<Record<Scope, readonly string[]>> = {
  'reservations:read': [
    'GET /v1/skus/{sku}/demand',
    'GET /v1/reservations',
    'GET /v1/reservations/{id}',
    'GET /v1/reservations/{id}/history',
    'POST /v1/reservations/quote',
    'GET /v1/carts/{cart_id}/reservation',
    'GET /v1/orders/{order_id}',
    'GET /v1/stock-levels/{sku}/{location}/promises',
  ],
  'reservations:write': [
    'POST /v1/reservations',
    'POST /v1/reservations/batch',
    'POST /v1/reservations/{id}/confirm',
    'POST /v1/reservations/{id}/extend',
    'POST /v1/reservations/{id}/release',
    'POST /v1/reservations/{id}/fulfill',
    'POST /v1/reservations/{id}/cancel',
    'POST /v1/reservations/{id}/return',
    'POST /v1/reservations/{id}/reallocate',
    'POST /v1/reservations/{id}/withdraw',
    'PUT /v1/reservations/{id}',
    'PUT /v1/reservations/{id}/lines',
    'PATCH /v1/reservations/{id}',
    'PUT /v1/carts/{cart_id}/reservation',
    'DELETE /v1/carts/{cart_id}/reservation',
    'POST /v1/orders/{order_id}/confirm',
    'POST /v1/orders/{order_id}/cancel',
    'POST /v1/orders/{order_id}/fulfill',
  ],
  'stock:read': [
    'GET /v1/locations',
    'GET /v1/skus',
    'GET /v1/skus/{sku}',
    'GET /v1/skus/{sku}/changes',
    'GET /v1/stock-imports',
    'GET /v1/stock-imports/{id}',
    'GET /v1/stock-levels/{sku}/{location}',
    'GET /v1/availability',
    'GET /v1/items/{sku}/availability',
    'GET /v1/stock-movements',
    'GET /v1/inventory/low-stock',
    'GET /v1/inventory/consistency',
    'GET /v1/inventory/snapshots',
    'GET /v1/inventory/snapshots/{id}',
  ],
  'stock:write': [
    'PUT /v1/locations/{location}',
    'PUT /v1/skus/{sku}',
    'PUT /v1/stock-levels/{sku}/{location}',
    'POST /v1/stock-adjustments',
    'POST /v1/stock-imports',
    'POST /v1/stock-imports/{id}/revert',
    'POST /v1/stock-transfers',
    'PATCH /v1/stock-levels/{sku}/{location}',
    'DELETE /v1/stock-levels/{sku}/{location}',
    'DELETE /v1/locations/{location}',
    'DELETE /v1/skus/{sku}',
    'POST /v1/inventory/consistency/repair',
    'POST /v1/inventory/snapshots',
  ],
  'events:read': [
    'GET /v1/events',
    'GET /v1/events/{id}',
    'GET /v1/events/stream',
    'GET /v1/dead-events',
    'GET /v1/dead-events/{id}',
  ],
  'events:write': ['POST /v1/events', 'POST /v1/dead-events/retry', 'POST /v1/dead-events/{id}/retry'],
  'webhooks:read': [
    'GET /v1/webhook-endpoints',
    'GET /v1/webhook-endpoints/{id}',
    'GET /v1/webhook-endpoints/{id}/deliveries',
    'GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}',
  ],
  'webhooks:write': [
    'POST /v1/webhook-endpoints',
    'PUT /v1/webhook-endpoints/{id}',
    'DELETE /v1/webhook-endpoints/{id}',
    'POST /v1/webhook-endpoints/{id}/rotate-secret',
    'POST /v1/webhook-endpoints/{id}/test',
    'POST /v1/webhook-endpoints/{id}/replay',
  ],
  'ops:read': [
    'GET /v1/warehouse-syncs',
    'GET /v1/warehouse-syncs/{id}',
    'GET /v1/overview',
    'GET /v1/system',
    'GET /v1/reconciliation-runs',
    'GET /v1/reconciliation-runs/{id}',
    'GET /metrics',
    'GET /ops/queues',
    'GET /ops/queues/api/queues',
  ],
  'ops:write': [
    'POST /v1/workers/reconcile-stale',
    'POST /v1/warehouse-syncs/{id}/retry',
    'POST /v1/warehouse-syncs/retry',
  ],
};

/** What each scope that reads opens. */
const READING = ['GET /v1/search', 'GET /v1/caller'];

/** What Express serves besides the routes. */
const NOT_ROUTES = ['GET /metrics', 'GET /ops/queues', 'GET /ops/queues/api/queues'];

const keys = new Map(SCOPES.map((scope) => [scope, makeApiKey(`only.${scope.replace(':', '.')}`, scope)]));

const api = ofSuite(() =>
  startOwnApi({
    API_KEYS: [...keys.values()].map(({ entry }) => entry).join(' '),
    API_KEY_RATE_PER_SECOND: '1000000',
  }),
);

const operations = [...Object.values(OPERATIONS_OF).flat(), ...READING];

test('the table has every operation once, but for the two of health', () => {
  const known = routes(api.context).map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  const expected = [...known, ...NOT_ROUTES].filter(
    (each) => !['GET /healthz', 'GET /readyz'].includes(each),
  );
  expect(operations.toSorted()).toEqual(expected.toSorted());
});

/** Says 403, or anything else: a body that no call takes changes nothing. */
async function isForbidden(operation: string, scope: Scope): Promise<boolean> {
  const [method = '', path = ''] = operation.split(' ');
  const { status } = await fetch(`${api.url}${path.replaceAll(/\{\w+\}/g, NO_ID)}`, {
    method,
    headers: { authorization: `Bearer ${keys.get(scope)?.key}`, 'content-type': 'application/json' },
    ...(method === 'POST' || method === 'PUT' ? { body: '{"nonsense":' } : {}),
  });
  expect({ operation, scope, status }).not.toMatchObject({ status: 401 });
  return status === 403;
}

test.each(SCOPES)('%s opens its operations, and no others', async (scope) => {
  const open: string[] = [];
  for (const operation of operations) if (!(await isForbidden(operation, scope))) open.push(operation);
  const expected = [...OPERATIONS_OF[scope], ...(scope.endsWith(':read') ? READING : [])];
  expect(open.toSorted()).toEqual(expected.toSorted());
});

test('an endpoint shows which key made it', async () => {
  const bearer = { Authorization: `Bearer ${keys.get('webhooks:write')?.key}` };
  const { body } = await api.call(
    'post',
    '/v1/webhook-endpoints',
    { url: 'https://shop.example.com/' },
    bearer,
  );
  expect(body).toMatchObject({ created_by: 'only.webhooks.write' });
});
