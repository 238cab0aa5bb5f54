import { openShop, type ApiShop } from '../testing/open-shop.ts';
import type { TestApi } from '../testing/start-api.ts';

jest.setTimeout(120_000);
let shop: ApiShop;
let api: TestApi;
let sku: string;
beforeAll(async () => {
  shop = await openShop();
  api = shop.api;
  sku = await shop.stock({ NEAR: 100_000 });
});
afterAll(() => shop.close());
const say = (t: string) => process.stderr.write(`${t}\n`);
let n = 0;
const ev = (over: object = {}, data: unknown = undefined) => ({ specversion: '1.0', id: `e-${++n}`, source: '/o', type: 'order.order.created', data: data ?? { order_id: `o-${n}`, lines: [{ sku, quantity: 1 }] }, ...over });
async function raw(name: string, headers: Record<string, string>, body: string | Buffer) {
  const t = performance.now();
  const response = await fetch(`${api.url}/v1/events`, { method: 'POST', headers, body: body as string });
  const text = await response.text();
  say(`${name}: ${response.status} ${Math.round(performance.now() - t)} ms ${text.slice(0, 330)}`);
  return { status: response.status, text };
}
const S = { 'content-type': 'application/cloudevents+json' };
const B = { 'content-type': 'application/cloudevents-batch+json' };
const ce = (over: Record<string, string> = {}) => ({ 'ce-specversion': '1.0', 'ce-id': `e-${++n}`, 'ce-source': '/o', 'ce-type': 'order.order.created', 'content-type': 'application/json', ...over });
const data = () => JSON.stringify({ order_id: `o-${++n}`, lines: [{ sku, quantity: 1 }] });
test('odd', async () => {
  const got: { status: number; text: string }[] = [];
  const r = async (...a: Parameters<typeof raw>) => { got.push(await raw(...a)); };
  await r('binary', ce(), data());
  await r('binary utf16', ce({ 'content-type': 'application/json; charset=utf-16' }), data());
  await r('binary text/json', ce({ 'content-type': 'text/json' }), data());
  await r('binary text/plain with ce-datacontenttype', ce({ 'content-type': 'text/plain', 'ce-datacontenttype': 'application/json' }), data());
  await r('binary json, ce-datacontenttype xml', ce({ 'ce-datacontenttype': 'text/xml' }), data());
  await r('ce-data', ce({ 'ce-data': 'x' }), data());
  await r('ce-__proto__', ce({ 'ce-__proto__': 'x' }), data());
  await r('ce-data_base64', ce({ 'ce-data_base64': 'x' }), data());
  await r('ce-id nul', ce({ 'ce-id': '%00' }), data());
  await r('ce-id bad percent', ce({ 'ce-id': '100%' }), data());
  await r('ce-id quoted', ce({ 'ce-id': '"a\\"b"' }), data());
  await r('no body', ce(), '');
  await r('null body', ce(), 'null');
  await r('structured xml', { 'content-type': 'application/cloudevents+xml' }, '<x/>');
  await r('structured charset', { 'content-type': 'application/cloudevents+json; charset=UTF-8' }, JSON.stringify(ev()));
  await r('structured + ce headers', { ...ce(), ...S }, JSON.stringify(ev()));
  await r('cloudevents prefix', { ...ce(), 'content-type': 'application/cloudevents-foo+json' }, JSON.stringify(ev()));
  await r('lone surrogate in order', S, JSON.stringify(ev({}, { order_id: '\ud800', lines: [{ sku, quantity: 1 }] })));
  await r('nul in order', S, JSON.stringify(ev({}, { order_id: 'a\u0000', lines: [{ sku, quantity: 1 }] })));
  await r('nul in extension', S, JSON.stringify(ev({ ext: 'a\u0000', more: { 'k\u0000': '\ud800' } }, { order_id: '', x: '\u0000' })));
  await r('nul in metadata key', S, JSON.stringify(ev({}, { order_id: `m-${++n}`, lines: [{ sku, quantity: 1 }], metadata: { 'k\u0000': 'v', b: '\ud800' } })));
  await r('nul in reason', S, JSON.stringify(ev({ type: 'order.order.cancelled' }, { order_id: `m-${++n}`, reason: 'a\u0000' })));
  await r('proto', S, `{"__proto__":{"data_base64":"x","id":"y"},${JSON.stringify(ev()).slice(1)}`);
  await r('1e400', S, JSON.stringify(ev({}, { order_id: 'x' })).replace('"order_id"', '"q":1e400,"order_id"'));
  await r('toString type', S, JSON.stringify(ev({ type: 'toString' })));
  await r('batch of same', B, JSON.stringify(Array.from({ length: 100 }, () => ev({ id: 'same' }))));
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  await r('deep', S, JSON.stringify(ev({}, 'X')).replace('"X"', deep));
  const wide = JSON.stringify(Array.from({ length: 100 }, () => ev({}, { order_id: `w-${++n}`, lines: Array.from({ length: 100 }, () => ({ sku, quantity: 1 })) })));
  await r(`wide ${wide.length}`, B, wide);
  const dead = JSON.stringify(Array.from({ length: 100 }, () => ev({ id: 'dead' }, { order_id: `d-${++n}`, lines: [{ sku: 'NO', quantity: 1 }] })));
  await r('100 dead of one id', B, dead);
  await r('dead big', S, JSON.stringify(ev({}, { order_id: 'x', junk: 'y'.repeat(990_000) })));
  const list = await api.call('get', '/v1/dead-events?limit=200');
  say(`dead ${list.status} ${JSON.stringify(list.body).slice(0, 200)}`);
  for (const { id } of (list.body as { data: { id: string }[] }).data) {
    const got1 = await api.call('get', `/v1/dead-events/${id}`);
    const retried = await api.call('post', `/v1/dead-events/${id}/retry`);
    if (got1.status !== 200 || retried.status !== 200) say(`!! ${id} ${got1.status} ${retried.status} ${JSON.stringify(retried.body).slice(0, 300)}`);
  }
  expect(got.filter(({ status }) => status >= 500)).toEqual([]);
});
test('one dead event, retried and delivered at once: it does not stay dead after it was processed', async () => {
  let stale = 0;
  for (let round = 0; round < 40; round += 1) {
    const name = `late-${round}`;
    const event = ev({ id: name, source: '/race' }, { order_id: name, lines: [{ sku: name, quantity: 1 }] });
    await fetch(`${api.url}/v1/events`, { method: 'POST', headers: S, body: JSON.stringify(event) });
    const list = await api.call('get', '/v1/dead-events?source=/race&limit=200');
    const dead = (list.body as { data: { id: string; event_id: string }[] }).data.find((d) => d.event_id === name);
    if (!dead) throw new Error('not dead');
    const all = [
      ...Array.from({ length: 6 }, () => fetch(`${api.url}/v1/events`, { method: 'POST', headers: S, body: JSON.stringify(event) }).then((x) => x.text())),
      api.call('put', `/v1/skus/${name}`, {}),
      ...Array.from({ length: 4 }, () => api.call('post', `/v1/dead-events/${dead.id}/retry`)),
      ...Array.from({ length: 6 }, () => fetch(`${api.url}/v1/events`, { method: 'POST', headers: S, body: JSON.stringify(event) }).then((x) => x.text())),
    ];
    await Promise.all(all);
    const { rows: keys } = await shop.sql.query("SELECT FROM idempotency_keys WHERE caller = 'event:/race' AND key = $1", [name]);
    const { rows: left } = await shop.sql.query("SELECT problem FROM dead_events WHERE event_id = $1", [name]);
    if (keys.length > 0 && left.length > 0) stale += 1;
  }
  say(`stale dead events: ${stale} of 40`);
});
