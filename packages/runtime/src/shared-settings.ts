import { z } from 'zod';
import { apiKeys } from './api-keys.ts';
import { clientAddress, trustedProxies } from './client-address.ts';
import { isLoopback } from './local-request.ts';
import { secretsKeys } from './secrets-key.ts';
import { spanConfig, spanSettings } from './spans.ts';
import { caFile, host, httpUrl, logLevel, postgresUrl, redisUrl, wholeNumber } from './read-config.ts';

/** A switch. Any other text is refused: a typo must not turn it on or off. */
export const flag = () =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default('false')
    .transform((text) => text === 'true');

/** The settings that API and worker share. */
export const sharedSettings = {
  HOST: host(),
  /** The address at which clients reach the service. The `source` of events begins with it. */
  PUBLIC_URL: httpUrl()
    .regex(/^[^?#@]*[^/?#@]$/, 'must be a URL like http://host:3000, without a slash at its end')
    .default('http://127.0.0.1:3000'),
  API_KEYS: apiKeys().optional(),
  TRUSTED_PROXIES: trustedProxies(),
  SECRETS_KEY: secretsKeys().optional(),
  DATABASE_URL: postgresUrl(),
  REDIS_URL: redisUrl().optional(),
  REDIS_CA_FILE: caFile().optional(),
  /** The store that answers calls before PostgreSQL is asked. */
  HOT_PATH: z.literal('redis', 'must be redis, or not set').optional(),
  WEBHOOK_ALLOW_PRIVATE: flag(),
  // For orders that events create: by HTTP in the API, by Kafka in the worker.
  RESERVATION_TTL_SECONDS: wholeNumber(1, 86_400).default(900),
  RESERVATION_MAX_HOLD_SECONDS: wholeNumber(1, 604_800).default(3_600),
  ON_PAYMENT_FAILED: z.enum(['nothing', 'release'], 'must be nothing or release').default('nothing'),
  /** How the ledger keeps commands from overtaking each other. */
  LOG_LEVEL: logLevel(),
  ...spanSettings,
};

type SharedSettings = z.infer<z.ZodObject<typeof sharedSettings>>;

export const sharedConfig = (env: SharedSettings) => ({
  host: env.HOST,
  publicUrl: env.PUBLIC_URL,
  /** Null: every client that reaches the port has all scopes. */
  apiKeys: env.API_KEYS ?? null,
  /** Where a request comes from. */
  addressOf: clientAddress(env.TRUSTED_PROXIES),
  /** The newest first. None: secrets are stored as plain text. */
  secretsKeys: env.SECRETS_KEY ?? [],
  databaseUrl: env.DATABASE_URL,
  redisUrl: env.REDIS_URL,
  /** The certificates that Redis may be signed with. Undefined: those of Node. */
  redisCa: env.REDIS_CA_FILE,
  ttlSeconds: env.RESERVATION_TTL_SECONDS,
  maxHoldSeconds: env.RESERVATION_MAX_HOLD_SECONDS,
  onPaymentFailed: env.ON_PAYMENT_FAILED,
  /** The Redis that answers before PostgreSQL is asked. Null: none does. */
  hotPath:
    env.HOT_PATH === 'redis' && env.REDIS_URL !== undefined
      ? { redisUrl: env.REDIS_URL, redisCa: env.REDIS_CA_FILE }
      : null,
  logLevel: env.LOG_LEVEL,
  spans: spanConfig(env),
});

/** For a `refine` whose problem is reported together with all others. */
export const rule = (path: string, error: string) => ({ path: [path], error, when: () => true });

/** Rules about several of the shared settings, for a schema's `check`. */
export const sharedRules = [
  // Without API keys every client may do everything.
  z.refine<SharedSettings>(
    (env) => env.API_KEYS !== undefined || isLoopback(env.HOST),
    rule('HOST', 'must be a loopback address (127.0.0.1, ::1 or localhost) as long as there are no API_KEYS'),
  ),
  z.refine<SharedSettings>(
    (env) => !(env.RESERVATION_TTL_SECONDS > env.RESERVATION_MAX_HOLD_SECONDS),
    rule('RESERVATION_TTL_SECONDS', 'must not be longer than RESERVATION_MAX_HOLD_SECONDS'),
  ),
  z.refine<SharedSettings>(
    (env) => env.HOT_PATH === undefined || env.REDIS_URL !== undefined,
    rule('HOT_PATH', 'redis needs a REDIS_URL'),
  ),
  // A file that is not used would hide that the connection is not encrypted.
  z.refine<SharedSettings>(
    (env) => env.REDIS_CA_FILE === undefined || String(env.REDIS_URL).startsWith('rediss'),
    rule(
      'REDIS_CA_FILE',
      'is only for a REDIS_URL with TLS: rediss://, rediss+sentinel:// or rediss+cluster://',
    ),
  ),
];
