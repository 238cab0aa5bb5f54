import { makeApiKey } from '@holdfast/runtime';
import { apiOfSuite } from '../testing/start-api.ts';

const { key, entry } = makeApiKey('shop', 'reservations:read');

const api = apiOfSuite({ API_KEYS: entry, TRUSTED_PROXIES: '127.0.0.0/8' });

const ask = (presented: string, from = '203.0.113.1') =>
  api.call('get', '/v1/reservations', undefined, {
    Authorization: `Bearer ${presented}`,
    'X-Forwarded-For': from,
  });

test('from the 21st wrong key in a minute on, each costs a connection; a good key is let in all the same', async () => {
  for (let tries = 0; tries < 20; tries += 1)
    expect(await ask(`guess-${tries}`)).toMatchObject({ status: 401 });
  const refused = await ask('guess-20');
  expect(refused).toMatchObject({
    status: 429,
    body: { code: 'rate_limited' },
    headers: { connection: 'close' },
  });
  const retryAfter = Number(refused.headers['retry-after']);
  expect(retryAfter).toBeGreaterThan(0);
  expect(retryAfter).toBeLessThanOrEqual(60);
  expect(await ask(key)).toMatchObject({ status: 200 });
  expect(await api.call('get', '/healthz')).toMatchObject({ status: 200 });
});

test('behind a trusted proxy, clients do not use up each other’s attempts', async () => {
  for (let tries = 0; tries < 21; tries += 1) await ask('guess', '203.0.113.2');
  expect(await ask('guess', '203.0.113.2')).toMatchObject({ status: 429 });
  expect(await ask('guess', '203.0.113.3')).toMatchObject({ status: 401 });
  // A part of the header that the client wrote, before the part that the proxy appended, is not trusted.
  expect(await ask('guess', '203.0.113.4, 203.0.113.2')).toMatchObject({ status: 429 });
});

const board = (headers: Record<string, string>) =>
  api.call('get', '/ops/queues', undefined, { 'X-Forwarded-For': '203.0.113.5', ...headers });

test('bad keys do not take the prompt for a password away from a browser', async () => {
  for (let tries = 0; tries < 25; tries += 1) await ask('guess', '203.0.113.5');
  const wrong = { Authorization: `Basic ${Buffer.from('x:guess').toString('base64')}` };
  for (const headers of [{}, wrong]) {
    expect(await board(headers)).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic realm=/), connection: 'close' },
    });
  }
});
