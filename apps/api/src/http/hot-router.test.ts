import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { createHotRouter } from './hot-router.ts';
import { defineRoute, type Route } from './route.ts';

const routeAt = (method: Route['method'], path: string) =>
  defineRoute({
    method,
    path,
    tag: 'Operations',
    scope: null,
    summary: 'Is only found here',
    answers: {},
    refusals: [],
    handle: () => Promise.reject(new Error('not called')),
  });

const find = createHotRouter([
  routeAt('post', '/v1/reservations/batch'),
  routeAt('post', '/v1/reservations/{id}/confirm'),
  routeAt('get', '/v1/reservations/{id}'),
  routeAt('get', '/v1/reservations'),
  routeAt('get', '/v1/items/{sku}/availability'),
  routeAt('put', '/v1/stock-levels/{sku}/{location}'),
]);

const request = (line: string) => {
  const [method, url] = line.split(' ');
  return Object.assign(new Readable(), { method, url }) as unknown as IncomingMessage;
};

describe('the hot router finds', () => {
  test.each<[line: string, path: string, params: object]>([
    ['GET /v1/reservations', '/v1/reservations', {}],
    ['POST /v1/reservations/batch', '/v1/reservations/batch', {}],
    ['GET /v1/reservations/1', '/v1/reservations/:id', { id: '1' }],
    ['GET /v1/reservations/%62atch', '/v1/reservations/:id', { id: 'batch' }],
    ['GET /v1/reservations/a:b', '/v1/reservations/:id', { id: 'a:b' }],
    ['POST /v1/reservations/1/confirm', '/v1/reservations/:id/confirm', { id: '1' }],
    ['PUT /v1/stock-levels/A/B', '/v1/stock-levels/:sku/:location', { sku: 'A', location: 'B' }],
    ['GET /v1/items/a%20b/availability', '/v1/items/:sku/availability', { sku: 'a b' }],
    ['GET /v1/items/%E5%80%89/availability', '/v1/items/:sku/availability', { sku: '倉' }],
    ['GET /v1/items/%2F%2525%3f/availability', '/v1/items/:sku/availability', { sku: '/%25?' }],
    ['GET /v1/items/../availability', '/v1/items/:sku/availability', { sku: '..' }],
    ['GET /v1/items/__proto__/availability', '/v1/items/:sku/availability', { sku: '__proto__' }],
  ])('%s', (line, path, params) => {
    expect(find(request(line))).toMatchObject({ noted: { path }, params, query: {} });
  });

  test('a parameter of any length that a URL may have', () => {
    const sku = 'x'.repeat(13_000);
    expect(find(request(`GET /v1/items/${sku}/availability`))?.params).toEqual({ sku });
  });

  test('a call with a query, which is read when it is asked for', () => {
    expect(find(request('GET /v1/reservations?a=1&a=2&b=%20?'))?.query).toEqual({ a: ['1', '2'], b: ' ?' });
    const broken = find(request('GET /v1/reservations?a=%zz'));
    expect(() => broken?.query).toThrow('must be percent-encoded UTF-8');
  });
});

describe('the hot router leaves to Express', () => {
  test.each([
    'HEAD /v1/reservations',
    'OPTIONS /v1/reservations',
    'PURGE /v1/reservations',
    'DELETE /v1/reservations/1',
    'GET /v1/reservations/batch',
    'GET /v1/reservations/',
    'GET /v1/reservations/1/',
    'GET /v1/reservations//',
    'GET //v1/reservations',
    'GET /v1//reservations',
    'GET /v1/./reservations',
    'GET /V1/reservations',
    'GET /v1/%72eservations',
    'GET /v1%2freservations',
    'GET /v1/reservations;a',
    'GET /v1/reservations#a',
    'GET /v1/reservations/%zz',
    'GET /v1/items/%/availability',
    'GET /v1/items/%ff/availability',
    'GET /v1/items//availability',
    'GET /v1/items/a\u00A0/availability',
    'PUT /v1/stock-levels//B',
    'GET http://x/v1/reservations',
    'OPTIONS *',
    'GET ',
  ])('%s', (line) => {
    expect(find(request(line))).toBeUndefined();
  });
});
