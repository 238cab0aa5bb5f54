import { misspeltSettings } from './misspelt-settings.ts';

const KNOWN = [
  'HOST',
  'PORT',
  'PUBLIC_URL',
  'API_KEYS',
  'API_KEY_RATE_PER_SECOND',
  'DATABASE_URL',
  'REDIS_URL',
  'LOG_LEVEL',
  'RESERVATION_TTL_SECONDS',
  'RESERVATION_MAX_HOLD_SECONDS',
  'GATEWAY_TIMEOUT_MS',
  'WEBHOOK_ALLOW_PRIVATE',
];
const meant = (name: string) => misspeltSettings([name], KNOWN)[0]?.match(/mean (\w+)\?/)?.[1] ?? null;

test.each([
  ['RESERVATION_TTL', 'RESERVATION_TTL_SECONDS'],
  ['RESERVATION_TTL_MS', 'RESERVATION_TTL_SECONDS'],
  ['RESERVATION_TTL_MINUTES', 'RESERVATION_TTL_SECONDS'],
  ['reservation_ttl_seconds', 'RESERVATION_TTL_SECONDS'],
  ['RESERVATION_TLL_SECONDS', 'RESERVATION_TTL_SECONDS'],
  ['RESERVATION_HOLD_SECONDS', 'RESERVATION_MAX_HOLD_SECONDS'],
  ['GATEWAY_TIMEOUT', 'GATEWAY_TIMEOUT_MS'],
  ['GATEWAY_TIMEOUT_SECONDS', 'GATEWAY_TIMEOUT_MS'],
  ['API_KEY', 'API_KEYS'],
  ['APIKEYS', 'API_KEYS'],
  ['DATABASE_URI', 'DATABASE_URL'],
  ['LOGLEVEL', 'LOG_LEVEL'],
  ['WEBHOOKS_ALLOW_PRIVATE', 'WEBHOOK_ALLOW_PRIVATE'],
])('%s is taken for %s', (name, setting) => {
  expect(meant(name)).toBe(setting);
});

test.each([
  ...KNOWN,
  'PATH',
  'HOSTNAME',
  'PORTS',
  'HOME',
  'LOG',
  'HOLDFAST_API_KEY',
  'TEST_DATABASE_URL',
  'POSTGRES_PASSWORD',
  'REDIS_PORT',
  'REDIS_SERVICE_HOST',
  'REDIS_PORT_6379_TCP',
  'GATEWAY_PORT',
  'GATEWAY_SERVICE_HOST',
  'DATABASE_HOST',
  'npm_config_loglevel',
  'KUBERNETES_SERVICE_PORT',
  'NODE_ENV',
  'PUBLIC_DIR',
  '_',
  'x'.repeat(100_000),
])('%s is not taken for another setting', (name) => {
  expect(meant(name)).toBeNull();
});
