import { newId } from '@holdfast/ledger';
import { line, NO_ID, of } from './route-case.ts';

/** An id that the client chooses. */
const OWN_ID = newId();

const key = (name: string) => [`Idempotency-Key: ${name}`];

const TO_R = { lines: [{ sku: 'MUG', from: 'L', to: 'R' }] };

/** A good call of a verb on the hold named `hold`, its repeat, and its refusals. */
const verb = (name: string, hold: string, good: object, bad: object) =>
  of(
    `POST /v1/reservations/{id}/${name}`,
    ['a hold', 200, { path: `/v1/reservations/$${hold}/${name}`, body: good, headers: key(name) }],
    [
      'the same key again',
      200,
      { path: `/v1/reservations/$${hold}/${name}`, body: good, headers: key(name) },
    ],
    [
      'an id in capitals and encoded',
      404,
      { path: `/v1/reservations/0199B0C4%2d0000-7000-8000-000000000000/${name}`, body: good },
    ],
    ['no reservation', 404, { path: `/v1/reservations/${NO_ID}/${name}`, body: good }],
    ['what is no id', 400, { path: `/v1/reservations/batch/${name}` }],
    ['a bad body', 400, { path: `/v1/reservations/$${hold}/${name}`, body: bad }],
    ['a bad key', 400, { path: `/v1/reservations/$${hold}/${name}`, headers: key('""') }],
  );

export const RESERVATIONS = [
  ...of(
    'POST /v1/reservations',
    ['a hold to confirm', 201, { body: { ...line(2), order_id: 'o-1' }, keep: ['confirmed', 'id'] }],
    ['one to release', 201, { body: line(1), keep: ['released', 'id'] }],
    ['one to extend', 201, { body: line(1), keep: ['extended', 'id'] }],
    ['one to fulfil', 201, { body: line(1), keep: ['fulfilled', 'id'] }],
    ['one to cancel', 201, { body: { ...line(1), confirm: true }, keep: ['cancelled', 'id'] }],
    ['one to change', 201, { body: line(2), keep: ['changed', 'id'] }],
    ['one to move', 201, { body: line(1), keep: ['moved', 'id'] }],
    ['an unknown parameter', 400, { path: '/v1/reservations?a=%zz', body: line(1) }],
    ['not enough stock', 409, { body: line(5_000) }],
    ['an unknown SKU', 422, { body: line(1, 'NONE') }],
    ['a bad body', 400, { body: { lines: [] } }],
  ),
  ...of(
    'POST /v1/reservations/batch',
    ['two, of which one is refused', 200, { body: { reservations: [line(1), line(5_000)] } }],
    ['all or none', 409, { body: { reservations: [line(1), line(5_000)], atomic: true } }],
    ['a bad body', 400, { body: { reservations: [] } }],
  ),
  ...of(
    'PUT /v1/reservations/{id}',
    ['one', 201, { path: `/v1/reservations/${OWN_ID}`, body: line(1) }],
    ['the same again', 200, { path: `/v1/reservations/${OWN_ID}`, body: line(1) }],
    ['another', 409, { path: `/v1/reservations/${OWN_ID}`, body: line(2) }],
    ['an old id', 400, { path: `/v1/reservations/${NO_ID}`, body: line(1) }],
    ['what is no id', 400, { path: '/v1/reservations/o-1', body: line(1) }],
    ['a bad body', 400, { path: `/v1/reservations/${OWN_ID}`, body: { lines: [] } }],
  ),
  ...of(
    'POST /v1/reservations/{id}/withdraw',
    ['one', 200, { path: `/v1/reservations/${OWN_ID}/withdraw`, body: { reason: 'r' }, headers: key('w') }],
    [
      'the same',
      200,
      { path: `/v1/reservations/${OWN_ID}/withdraw`, body: { reason: 'r' }, headers: key('w') },
    ],
    ['an old id', 400, { path: `/v1/reservations/${NO_ID}/withdraw` }],
    ['a bad body', 400, { path: `/v1/reservations/${OWN_ID}/withdraw`, body: { reason: 5 } }],
  ),
  ...of(
    'POST /v1/reservations/quote',
    ['what is possible', 200, { body: { ...line(2), sourcing: 'no_split', locations: ['L'] } }],
    ['what is not', 200, { body: { ...line(5_000), cart_id: 'c-1' } }],
    ['an unknown location', 422, { body: { ...line(1), locations: ['NONE'] } }],
    ['a bad body', 400, { body: { lines: [], order_id: 'o-1' } }],
  ),
  ...of(
    'GET /v1/reservations',
    ['the first page', 200, { path: '/v1/reservations?limit=1', keep: ['page', 'next_cursor'] }],
    ['the next page', 200, { path: '/v1/reservations?limit=1&cursor=$page' }],
    ['a filter', 200, { path: '/v1/reservations?order_id=o-1&status=held' }],
    ['a parameter that repeats', 200, { path: '/v1/reservations?status=held&status=withdrawn&sku=MUG' }],
    ['a time', 200, { path: '/v1/reservations?created_after=2026-01-01T00:00:00%2B01:00&location=L' }],
    ['an unknown parameter', 400, { path: '/v1/reservations?nonsense=1' }],
    ['a parameter twice', 400, { path: '/v1/reservations?limit=1&limit=2' }],
  ),
  ...verb('confirm', 'confirmed', { payment_reference: 'p-1' }, { payment_reference: 1 }),
  ...verb('release', 'released', { reason: 'changed_mind' }, { reason: '' }),
  ...verb('extend', 'extended', { ttl_seconds: 60 }, { ttl_seconds: 0 }),
  ...verb('fulfill', 'fulfilled', { fulfillment_id: 'f-1' }, { lines: [] }),
  ...verb('cancel', 'cancelled', {}, { reason: 5 }),
  ...of('PUT /v1/locations/{location}', ['one to move to', 201, { path: '/v1/locations/R', body: {} }]),
  ...of('PUT /v1/stock-levels/{sku}/{location}', [
    'stock to move to',
    201,
    { path: '/v1/stock-levels/MUG/R', body: { on_hand: 5 } },
  ]),
  ...of(
    'POST /v1/reservations/{id}/reallocate',
    ['a hold', 200, { path: '/v1/reservations/$moved/reallocate', body: TO_R, headers: key('move') }],
    [
      'the same key again',
      200,
      { path: '/v1/reservations/$moved/reallocate', body: TO_R, headers: key('move') },
    ],
    ['nothing is there any more', 409, { path: '/v1/reservations/$moved/reallocate', body: TO_R }],
    ['no reservation', 404, { path: `/v1/reservations/${NO_ID}/reallocate`, body: TO_R }],
    ['a bad body', 400, { path: '/v1/reservations/$moved/reallocate', body: { lines: [] } }],
  ),
  ...verb('return', 'fulfilled', { ...line(1), return_id: 'r-1' }, { lines: [] }),
  ...of(
    'PATCH /v1/reservations/{id}',
    ['a source', 200, { path: '/v1/reservations/$fulfilled', body: { source: 'phone' } }],
    ['the same again', 200, { path: '/v1/reservations/$fulfilled', body: { source: 'phone' } }],
    [
      'another version',
      412,
      { path: '/v1/reservations/$fulfilled', body: { source: null }, headers: ['If-Match: "1"'] },
    ],
    ['another order', 409, { path: '/v1/reservations/$confirmed', body: { order_id: 'o-2' } }],
    ['none', 404, { path: `/v1/reservations/${NO_ID}`, body: {} }],
    ['a bad body', 400, { path: '/v1/reservations/$fulfilled', body: { order_id: null } }],
  ),
  ...of(
    'PUT /v1/reservations/{id}/lines',
    ['less', 200, { path: '/v1/reservations/$changed/lines', body: line(1) }],
    [
      'another version',
      412,
      { path: '/v1/reservations/$changed/lines', body: line(3), headers: ['If-Match: "1"'] },
    ],
    ['too many', 409, { path: '/v1/reservations/$changed/lines', body: line(5_000) }],
    ['none', 404, { path: `/v1/reservations/${NO_ID}/lines`, body: line(1) }],
    ['what is no id', 400, { path: '/v1/reservations/1/lines', body: line(1) }],
    ['a bad body', 400, { path: '/v1/reservations/$changed/lines', body: { lines: [] } }],
  ),
  ...of(
    'PUT /v1/carts/{cart_id}/reservation',
    ['a new one', 201, { path: '/v1/carts/c%2F1/reservation', body: line(1) }],
    ['another quantity', 200, { path: '/v1/carts/c%2f1/reservation', body: line(2) }],
    ['a bad name', 400, { path: '/v1/carts/c%20/reservation', body: line(1) }],
    ['a confirm', 400, { path: '/v1/carts/c%2F1/reservation', body: { ...line(1), confirm: true } }],
    ['nothing, of one that holds nothing', 404, { path: '/v1/carts/c-2/reservation', body: { lines: [] } }],
  ),
  ...of(
    'GET /v1/carts/{cart_id}/reservation',
    ['one', 200, { path: '/v1/carts/c%2F1/reservation' }],
    ['none', 404, { path: '/v1/carts/c-2/reservation' }],
  ),
  ...of(
    'DELETE /v1/carts/{cart_id}/reservation',
    ['one', 200, { path: '/v1/carts/c%2F1/reservation' }],
    ['none', 404, { path: '/v1/carts/c%2F1/reservation' }],
  ),
  ...of(
    'POST /v1/reservations/{id}/confirm',
    ['what was released', 409, { path: '/v1/reservations/$released/confirm' }],
    [
      'a body of another type',
      415,
      {
        path: '/v1/reservations/$confirmed/confirm',
        body: 'x',
        headers: ['Content-Type: text/plain'],
      },
    ],
  ),
  ...of(
    'GET /v1/reservations/{id}',
    ['one', 200, { path: '/v1/reservations/$confirmed' }],
    ['one, with an unknown parameter', 400, { path: '/v1/reservations/$confirmed?x=1' }],
    ['none', 404, { path: `/v1/reservations/${NO_ID}` }],
    ['what is no id', 400, { path: '/v1/reservations/1' }],
    ['the path of another call', 404, { path: '/v1/reservations/batch' }],
  ),
  ...of(
    'GET /v1/reservations/{id}/history',
    ['one', 200, { path: '/v1/reservations/$confirmed/history', keep: ['event', 'data.1.data.id'] }],
    ['none', 404, { path: `/v1/reservations/${NO_ID}/history` }],
    ['a bad limit', 400, { path: '/v1/reservations/$confirmed/history?limit=0' }],
  ),
];
