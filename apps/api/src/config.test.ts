import { makeApiKey, readConfig } from '@holdfast/runtime';
import { apiEnvironment } from './config.ts';

const read = (env: Readonly<Record<string, string>>) =>
  readConfig(apiEnvironment, { DATABASE_URL: 'postgresql://localhost/x', ...env });
const API_KEYS = makeApiKey('shop', 'stock:read').entry;

test.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('without API keys it listens on %s', (HOST) => {
  expect(read({ HOST }).host).toBe(HOST);
});

test.each(['0.0.0.0', '::', '10.0.0.1', 'holdfast.example'])(
  'on %s it listens with API keys only',
  (HOST) => {
    expect(() => read({ HOST })).toThrow('HOST: must be a loopback address');
    expect(read({ HOST, API_KEYS }).host).toBe(HOST);
  },
);

test('a name that looks like a setting stops the start, and is named together with all other problems', () => {
  expect(() => read({ RESERVATION_TTL: '60' })).toThrow(
    'RESERVATION_TTL: is not a setting: did you mean RESERVATION_TTL_SECONDS?',
  );
  expect(() => read({ PORT: 'x', API_KEY: 'k' })).toThrow(/PORT: .*\n.*API_KEY: .*API_KEYS\?/);
  expect(read({ RESERVATION_TTL: '', HOSTNAME: 'api-1', REDIS_SERVICE_HOST: '10.0.0.1' }).ttlSeconds).toBe(
    900,
  );
});

const ONE_REPLICA = 'postgresql://user:secret@one/db';

test('replicas are URLs with spaces or commas between them; what may lag, and how far, has a default', () => {
  expect(read({}).replicas).toBeNull();
  expect(read({ DATABASE_REPLICA_URL: `${ONE_REPLICA},postgresql://user@two/db` }).replicas).toEqual({
    urls: [ONE_REPLICA, 'postgresql://user@two/db'],
    reads: 'token',
    lagMaxMs: 10_000,
  });
});

test('settings of replicas are refused without replicas, and replicas that cannot be used by their number', () => {
  expect(() => read({ REPLICA_READS: 'all', REPLICA_LAG_MAX_SECONDS: '5', PORT: 'x' })).toThrow(
    /PORT: [^]*REPLICA_READS: has no effect without DATABASE_REPLICA_URL[^]*REPLICA_LAG_MAX_SECONDS: has no effect/,
  );
  expect(() => read({ DATABASE_REPLICA_URL: ONE_REPLICA, REPLICA_READS: 'some' })).toThrow(
    'REPLICA_READS: must be token or all',
  );
  const several = 'postgresql://user:secret@a,b/db';
  expect(() => read({ DATABASE_REPLICA_URL: several })).toThrow(
    /^(?!.*secret)[^]*DATABASE_REPLICA_URL: URL 1 must name one server/,
  );
});

test('the hot path needs a Redis, and is off by default', () => {
  const REDIS_URL = 'redis://127.0.0.1:6379';
  expect(read({ REDIS_URL }).hotPath).toBeNull();
  expect(read({ REDIS_URL, HOT_PATH: 'redis' }).hotPath).toEqual({ redisUrl: REDIS_URL });
  expect(() => read({ HOT_PATH: 'redis' })).toThrow('HOT_PATH: redis needs a REDIS_URL');
  expect(() => read({ REDIS_URL, HOT_PATH: 'on' })).toThrow('HOT_PATH: must be redis, or not set');
});

test('an open API is reported together with all other problems', () => {
  expect(() => read({ HOST: '0.0.0.0', PORT: 'x' })).toThrow(/PORT: .*\n.*HOST: /);
  expect(() => read({ HOST: '0.0.0.0', API_KEYS: 'shop' })).not.toThrow(/HOST/);
});

test('an open API with keys that are wrong is refused', () => {
  expect(() => read({ HOST: '0.0.0.0', API_KEYS: 'shop' })).toThrow('API_KEYS: entry 1');
});

test.each(['http://127.0.0.1:3000', 'https://shop.example/holdfast'])(
  'it may be reached at %s',
  (PUBLIC_URL) => {
    expect(read({ PUBLIC_URL }).publicUrl).toBe(PUBLIC_URL);
  },
);

test.each([
  'https://shop.example/',
  'https://shop.example?a',
  'https://me:pass@shop.example',
  'redis://shop',
  'shop.example',
])('%s is no address to begin the names of schemas with', (PUBLIC_URL) => {
  expect(() => read({ PUBLIC_URL })).toThrow('PUBLIC_URL: must be');
});
