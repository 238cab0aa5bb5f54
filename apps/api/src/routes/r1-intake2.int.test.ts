import { openShop, type ApiShop } from '../testing/open-shop.ts';
jest.setTimeout(120_000);
let shop: ApiShop;
beforeAll(async () => { shop = await openShop(); });
afterAll(() => shop.close());
const S = { 'content-type': 'application/cloudevents+json' };
test('many faults', async () => {
  for (const lines of ['0,'.repeat(400_000), '{},'.repeat(250_000)]) {
    const body = `{"specversion":"1.0","id":"${lines.length}","source":"/o","type":"order.order.created","data":{"order_id":"x","lines":[${lines.slice(0, -1)}]}}`;
    const t = performance.now();
    const response = await fetch(`${shop.api.url}/v1/events`, { method: 'POST', headers: S, body });
    const text = await response.text();
    const { rows } = await shop.sql.query('SELECT octet_length(problem::text) AS size FROM dead_events ORDER BY id DESC LIMIT 1');
    process.stderr.write(`${body.length} bytes: ${response.status} ${Math.round(performance.now() - t)} ms answer ${text.length} ${text.slice(0, 200)} kept ${JSON.stringify(rows)}\n`);
  }
});
