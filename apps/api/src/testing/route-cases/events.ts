import { line, NO_ID, of } from './route-case.ts';

const cloudEvents = ['Content-Type: application/cloudevents+json'];
const event = (id: string, type: string, data: object) => ({
  specversion: '1.0',
  id,
  source: '/orders',
  type,
  data,
});

export const EVENTS = [
  ...of(
    'POST /v1/events',
    [
      'one that is processed',
      202,
      {
        body: JSON.stringify(event('e-1', 'order.order.created', { order_id: 'o-2', ...line(1) })),
        headers: cloudEvents,
      },
    ],
    [
      'one that is not',
      202,
      {
        body: JSON.stringify(event('e-2', 'order.order.created', { order_id: 'o-3', ...line(1, 'LATE') })),
        headers: cloudEvents,
      },
    ],
    ['no attributes', 415, { body: {} }],
    ['a bad body', 400, { body: '{}', headers: cloudEvents }],
  ),
  ...of('GET /v1/events', ['the feed', 200], ['a bad cursor', 400, { path: '/v1/events?after=x' }]),
  ...of(
    'GET /v1/events/{id}',
    ['one', 200, { path: '/v1/events/$event' }],
    ['none', 404, { path: `/v1/events/${NO_ID}` }],
    ['what is no id', 400, { path: '/v1/events/1' }],
  ),
  // A stream does not end by itself: stream-events.int.test.ts has it answered by both routers.
  ...of('GET /v1/events/stream', ['a bad cursor', 400, { path: '/v1/events/stream?after=x' }]),
  ...of(
    'GET /v1/dead-events',
    ['all', 200, { keep: ['dead', 'data.0.id'] }],
    ['a bad limit', 400, { path: '/v1/dead-events?limit=-1' }],
  ),
  ...of(
    'GET /v1/dead-events/{id}',
    ['one', 200, { path: '/v1/dead-events/$dead' }],
    ['none', 404, { path: `/v1/dead-events/${NO_ID}` }],
  ),
  ...of(
    'POST /v1/dead-events/retry',
    ['those of a source', 200, { body: { source: '/none', limit: 10 } }],
    ['a bad body', 400, { body: { limit: 0 } }],
  ),
  ...of(
    'POST /v1/dead-events/{id}/retry',
    ['one that is dead still', 200, { path: '/v1/dead-events/$dead/retry' }],
    ['none', 404, { path: `/v1/dead-events/${NO_ID}/retry` }],
    ['a bad body', 400, { path: '/v1/dead-events/$dead/retry', body: { x: 1 } }],
  ),
];
