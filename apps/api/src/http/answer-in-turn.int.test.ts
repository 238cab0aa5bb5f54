import { exchange } from '../testing/exchange.ts';
import { apiOfSuite } from '../testing/start-api.ts';

const api = apiOfSuite();
beforeAll(() => api.stock('MUG', 1_000, 'L'));

const HEAD = 'Host: 127.0.0.1\r\n';
const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${HEAD}${more}\r\n`;
const body = JSON.stringify({ lines: [{ sku: 'MUG', quantity: 1 }] });
const create = `POST /v1/reservations HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const statusesIn = (text: string) =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const held = async () => {
  const { body: answer } = await api.call('get', '/v1/items/MUG/availability');
  return (answer as { reserved: number }).reserved;
};

describe('requests that are sent before earlier ones are answered', () => {
  test('are all answered, in their order', async () => {
    const sent = [create, get('/healthz'), create, get('/v1/nowhere'), create, create, create];
    const text = await exchange(api.url, sent.join('') + get('/healthz', 'Connection: close\r\n'));
    expect(statusesIn(text)).toEqual([201, 200, 201, 404, 201, 201, 201, 200]);
  });

  test('have an effect only if they are answered, when they are too many', async () => {
    const before = await held();
    const statuses = statusesIn(await exchange(api.url, create.repeat(300)));
    expect(statuses.length).toBeGreaterThan(50);
    expect(statuses.length).toBeLessThan(300);
    expect(new Set(statuses)).toEqual(new Set([201]));
    expect((await held()) - before).toBe(statuses.length);
  });
});

describe('bytes that are no request', () => {
  test.each(['xx', 'GET\r\n\r\n', '\0'])(
    'follow the answers of requests that came before: %j',
    async (stray) => {
      for (let round = 0; round < 20; round += 1) {
        const before = await held();
        const statuses = statusesIn(await exchange(api.url, create + create + stray + '\r\n\r\n'));
        expect(statuses).toEqual([201, 201, 400]);
        expect((await held()) - before).toBe(2);
      }
    },
  );

  test('in a body end the connection after the answers of requests that came before', async () => {
    const broken = create.replace(`Content-Length: ${body.length}`, 'Transfer-Encoding: chunked');
    expect(statusesIn(await exchange(api.url, create + create + broken))).toEqual([201, 201, 400]);
  });
});
