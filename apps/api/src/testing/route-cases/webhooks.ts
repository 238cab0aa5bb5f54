import { NO_ID, of } from './route-case.ts';

const endpoint = '/v1/webhook-endpoints/$endpoint';
const noEndpoint = `/v1/webhook-endpoints/${NO_ID}`;
export const WEBHOOKS = [
  ...of(
    'POST /v1/webhook-endpoints',
    ['one', 201, { body: { url: 'https://shop.example.com/' }, keep: ['endpoint', 'id'] }],
    ['a bad URL', 400, { body: { url: 'ftp://shop.example.com/' } }],
  ),
  ...of(
    'GET /v1/webhook-endpoints',
    ['all', 200],
    ['a bad limit', 400, { path: '/v1/webhook-endpoints?limit=0' }],
  ),
  ...of(
    'GET /v1/webhook-endpoints/{id}',
    ['one', 200, { path: endpoint }],
    ['none', 404, { path: noEndpoint }],
  ),
  ...of(
    'PUT /v1/webhook-endpoints/{id}',
    ['a description', 200, { path: endpoint, body: { description: 'x' } }],
    ['none', 404, { path: noEndpoint, body: { enabled: true } }],
    ['a bad body', 400, { path: endpoint, body: { url: null } }],
  ),
  ...of(
    'POST /v1/webhook-endpoints/{id}/test',
    ['one', 202, { path: `${endpoint}/test`, keep: ['delivery', 'id'] }],
    ['none', 404, { path: `${noEndpoint}/test` }],
  ),
  ...of(
    'GET /v1/webhook-endpoints/{id}/deliveries',
    ['all', 200, { path: `${endpoint}/deliveries` }],
    ['none', 404, { path: `${noEndpoint}/deliveries` }],
    ['a bad state', 400, { path: `${endpoint}/deliveries?state=x` }],
  ),
  ...of(
    'GET /v1/webhook-endpoints/{id}/deliveries/{delivery_id}',
    ['a test', 200, { path: `${endpoint}/deliveries/$delivery` }],
    ['none', 404, { path: `${endpoint}/deliveries/${NO_ID}` }],
    ['what is no id', 400, { path: `${endpoint}/deliveries/1` }],
  ),
  ...of(
    'POST /v1/webhook-endpoints/{id}/replay',
    [
      'a span',
      202,
      {
        path: `${endpoint}/replay`,
        body: { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' },
      },
    ],
    ['an event that does not exist', 404, { path: `${endpoint}/replay`, body: { event_id: NO_ID } }],
    ['nothing', 400, { path: `${endpoint}/replay`, body: {} }],
  ),
  ...of(
    'POST /v1/webhook-endpoints/{id}/rotate-secret',
    ['one', 200, { path: `${endpoint}/rotate-secret` }],
    ['none', 404, { path: `${noEndpoint}/rotate-secret` }],
  ),
  ...of(
    'DELETE /v1/webhook-endpoints/{id}',
    ['one', 204, { path: endpoint }],
    ['the same again', 404, { path: endpoint }],
    ['what is no id', 400, { path: '/v1/webhook-endpoints/%2e%2e' }],
  ),
];
