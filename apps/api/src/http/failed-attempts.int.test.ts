import { makeApiKey } from '@holdfast/runtime';
import { apiOfSuite } from '../testing/start-api.ts';

const { key, entry } = makeApiKey('shop', 'reservations:read');

const api = apiOfSuite({ API_KEYS: entry });

const ask = (presented: string) =>
  api.call('get', '/v1/reservations', undefined, { Authorization: `Bearer ${presented}` });

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
