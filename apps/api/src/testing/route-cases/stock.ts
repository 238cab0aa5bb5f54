import { NO_ID, of } from './route-case.ts';

export const STOCK = [
  ...of(
    'PUT /v1/locations/{location}',
    ['a new one', 201, { path: '/v1/locations/a%20%2F%E5%80%89', body: { priority: 3 } }],
    ['one that exists', 200, { path: '/v1/locations/a%20%2F%E5%80%89', body: {} }],
    ['one that goes', 201, { path: '/v1/locations/GONE', body: {} }],
    ['a bad name', 400, { path: '/v1/locations/a%20', body: {} }],
    ['a bad body', 400, { path: '/v1/locations/X', body: { priority: 'x' } }],
  ),
  ...of('GET /v1/locations', ['all', 200], ['a bad limit', 400, { path: '/v1/locations?limit=201' }]),
  ...of(
    'PUT /v1/skus/{sku}',
    ['a new one', 201, { path: '/v1/skus/CUP%3F', body: { low_stock_threshold: 3 } }],
    ['one that exists', 200, { path: '/v1/skus/CUP%3F', body: {} }],
    ['one that goes', 201, { path: '/v1/skus/GONE', body: {} }],
    ['a bad name', 400, { path: '/v1/skus/%E2%80%8B', body: {} }],
    ['a bad body', 400, { path: '/v1/skus/X', body: { nonsense: 1 } }],
  ),
  ...of('GET /v1/skus', ['all', 200], ['a bad cursor', 400, { path: '/v1/skus?cursor=x' }]),
  ...of(
    'GET /v1/skus/{sku}',
    ['one', 200, { path: '/v1/skus/CUP%3f' }],
    ['none', 404, { path: '/v1/skus/NONE' }],
    ['a NUL', 400, { path: '/v1/skus/%00' }],
  ),
  ...of(
    'GET /v1/skus/{sku}/changes',
    ['of one', 200, { path: '/v1/skus/CUP%3F/changes' }],
    ['none', 404, { path: '/v1/skus/NONE/changes' }],
    ['a bad cursor', 400, { path: '/v1/skus/CUP%3F/changes?cursor=x' }],
  ),
  ...of(
    'PUT /v1/stock-levels/{sku}/{location}',
    ['a new one', 201, { path: '/v1/stock-levels/CUP%3F/L', body: { on_hand: 5 } }],
    ['one that exists', 200, { path: '/v1/stock-levels/CUP%3F/L', body: { on_hand: 2 } }],
    ['one that goes', 201, { path: '/v1/stock-levels/GONE/GONE', body: { on_hand: 0 } }],
    [
      'another version',
      412,
      {
        path: '/v1/stock-levels/CUP%3F/L',
        body: { on_hand: 2 },
        headers: ['If-Match: "99"'],
      },
    ],
    [
      'a bad version',
      400,
      {
        path: '/v1/stock-levels/CUP%3F/L',
        body: { on_hand: 2 },
        headers: ['If-Match: x'],
      },
    ],
    ['no such SKU', 404, { path: '/v1/stock-levels/NONE/L', body: { on_hand: 1 } }],
    ['a bad body', 400, { path: '/v1/stock-levels/CUP%3F/L', body: {} }],
  ),
  ...of(
    'GET /v1/stock-levels/{sku}/{location}/promises',
    ['all', 200, { path: '/v1/stock-levels/CUP%3F/L/promises' }],
    ['no such SKU', 404, { path: '/v1/stock-levels/NONE/L/promises' }],
    ['no such location', 404, { path: '/v1/stock-levels/CUP%3F/NOWHERE/promises' }],
    ['a bad cursor', 400, { path: '/v1/stock-levels/CUP%3F/L/promises?cursor=x' }],
  ),
  ...of(
    'GET /v1/stock-levels/{sku}/{location}',
    ['one', 200, { path: '/v1/stock-levels/CUP%3F/L' }],
    ['none', 404, { path: '/v1/stock-levels/CUP%3F/NONE' }],
  ),
  ...of(
    'PATCH /v1/stock-levels/{sku}/{location}',
    ['one field', 200, { path: '/v1/stock-levels/CUP%3F/L', body: { safety_stock: 0 } }],
    [
      'another version',
      412,
      { path: '/v1/stock-levels/CUP%3F/L', body: { on_hand: 1 }, headers: ['If-Match: "99"'] },
    ],
    ['nothing', 400, { path: '/v1/stock-levels/CUP%3F/L', body: {} }],
  ),
  ...of(
    'POST /v1/stock-transfers',
    ['more than there is', 409, { body: { lines: [{ sku: 'CUP?', from: 'L', to: 'a /倉', quantity: 9 }] } }],
    ['one line', 200, { body: { lines: [{ sku: 'CUP?', from: 'L', to: 'a /倉', quantity: 1 }] } }],
    ['to where it is', 400, { body: { lines: [{ sku: 'CUP?', from: 'L', to: 'L', quantity: 1 }] } }],
  ),
  ...of(
    'DELETE /v1/stock-levels/{sku}/{location}',
    ['one without units', 204, { path: '/v1/stock-levels/GONE/GONE' }],
    ['one that has units', 409, { path: '/v1/stock-levels/CUP%3F/L' }],
    ['none', 404, { path: '/v1/stock-levels/MUG/NONE' }],
  ),
  ...of(
    'DELETE /v1/skus/{sku}',
    ['one without units', 204, { path: '/v1/skus/GONE' }],
    ['one that has units', 409, { path: '/v1/skus/CUP%3F' }],
    ['none', 404, { path: '/v1/skus/NONE' }],
  ),
  ...of(
    'DELETE /v1/locations/{location}',
    ['one without units', 204, { path: '/v1/locations/GONE' }],
    ['one that has units', 409, { path: '/v1/locations/L' }],
    ['none', 404, { path: '/v1/locations/NONE' }],
  ),
  ...of(
    'POST /v1/stock-adjustments',
    ['one line', 200, { body: { lines: [{ sku: 'MUG', location: 'L', delta: 1, reason: 'found' }] } }],
    [
      'more than there is',
      409,
      {
        body: { lines: [{ sku: 'CUP?', location: 'L', delta: -9, reason: 'lost' }] },
      },
    ],
    ['a bad body', 400, { body: { lines: [{ sku: 'MUG', location: 'L', delta: 0, reason: 'none' }] } }],
  ),
  ...of(
    'POST /v1/stock-imports',
    [
      'a file',
      202,
      {
        body: 'sku,location,on_hand\nMUG,L,100\n',
        headers: ['Content-Type: text/csv; charset=utf-8'],
        keep: ['import', 'id'],
      },
    ],
    ['another charset', 415, { body: 'sku', headers: ['Content-Type: text/csv; charset=latin1'] }],
    ['no header line', 400, { body: 'x\n1\n', headers: ['Content-Type: text/csv'] }],
    ['another type', 415, { body: {} }],
  ),
  ...of(
    'GET /v1/stock-imports/{id}',
    ['one', 200, { path: '/v1/stock-imports/$import' }],
    ['none', 404, { path: `/v1/stock-imports/${NO_ID}` }],
  ),
  ...of('GET /v1/stock-imports', ['all', 200], ['a bad cursor', 400, { path: '/v1/stock-imports?cursor=1' }]),
  ...of(
    'POST /v1/stock-imports/{id}/revert',
    ['one that is not done', 409, { path: '/v1/stock-imports/$import/revert' }],
    ['none', 404, { path: `/v1/stock-imports/${NO_ID}/revert` }],
  ),
  ...of(
    'GET /v1/availability',
    ['all', 200],
    ['two SKUs', 200, { path: '/v1/availability?sku=MUG&sku=CUP%3F' }],
    ['one that does not exist', 404, { path: '/v1/availability?sku=MUG&sku=NONE' }],
    ['a query that is no UTF-8', 400, { path: '/v1/availability?sku=%ff' }],
  ),
  ...of(
    'GET /v1/items/{sku}/availability',
    ['one', 200, { path: '/v1/items/MUG/availability' }],
    ['an encoded one', 200, { path: '/v1/items/%43UP%3F/availability' }],
    ['none', 404, { path: '/v1/items/mug/availability' }],
    ['a long name', 400, { path: `/v1/items/${'x'.repeat(256)}/availability` }],
  ),
  ...of(
    'GET /v1/stock-movements',
    ['of a SKU', 200, { path: '/v1/stock-movements?sku=MUG&limit=2' }],
    ['of what is no id', 400, { path: '/v1/stock-movements?reservation_id=1' }],
  ),
  ...of(
    'GET /v1/skus/{sku}/demand',
    ['of a time', 200, { path: '/v1/skus/MUG/demand?from=2026-01-01T00:00:00Z&to=2026-01-01T01:00:00Z' }],
    ['none', 404, { path: '/v1/skus/NONE/demand' }],
    ['a bad bucket', 400, { path: '/v1/skus/MUG/demand?bucket=day' }],
  ),
  ...of(
    'GET /v1/inventory/low-stock',
    ['all', 200],
    ['a bad limit', 400, { path: '/v1/inventory/low-stock?limit=x' }],
  ),
  ...of(
    'GET /v1/inventory/consistency',
    ['a routine check', 200],
    ['a bad parameter', 400, { path: '/v1/inventory/consistency?deep=x' }],
  ),
  ...of(
    'POST /v1/inventory/consistency/repair',
    ['nothing to repair', 200, { body: { dry_run: true } }],
    ['a bad body', 400, { body: { dry_run: 1 } }],
  ),
  ...of(
    'POST /v1/inventory/snapshots',
    ['one', 201, { keep: ['snapshot', 'id'] }],
    ['a bad body', 400, { body: { sku: 'MUG' } }],
  ),
  ...of(
    'GET /v1/inventory/snapshots',
    ['all', 200],
    ['a bad cursor', 400, { path: '/v1/inventory/snapshots?cursor=1' }],
  ),
  ...of(
    'GET /v1/inventory/snapshots/{id}',
    ['one', 200, { path: '/v1/inventory/snapshots/$snapshot?limit=1' }],
    ['none', 404, { path: `/v1/inventory/snapshots/${NO_ID}` }],
  ),
];
