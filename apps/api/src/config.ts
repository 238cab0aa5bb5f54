import {
  apiKeys,
  flag,
  guarded,
  host,
  isGuarded,
  locking,
  logLevel,
  port,
  postgresUrl,
  publicUrl,
  redisUrl,
  wholeNumber,
} from '@holdfast/runtime';
import { z } from 'zod';

/** What the API reads from its environment; `.env.example` explains each. */
export const apiEnvironment = z
  .object({
    HOST: host(),
    PORT: port().default(3000),
    PUBLIC_URL: publicUrl(),
    API_KEYS: apiKeys().optional(),
    API_KEY_RATE_PER_SECOND: wholeNumber(1, 1_000_000).default(1_000),
    DATABASE_URL: postgresUrl(),
    REDIS_URL: redisUrl().optional(),
    RESERVATION_TTL_SECONDS: wholeNumber(1, 86_400).default(900),
    RESERVATION_MAX_HOLD_SECONDS: wholeNumber(1, 604_800).default(3_600),
    RESERVATION_MAX_EXTENSIONS: wholeNumber(0, 1_000).default(1),
    ON_PAYMENT_FAILED: z.enum(['nothing', 'release'], 'must be nothing or release').default('nothing'),
    WEBHOOK_ALLOW_PRIVATE: flag(),
    DRAIN_SECONDS: wholeNumber(0, 60).default(5),
    LOCKING: locking(),
    LOG_LEVEL: logLevel(),
  })
  .refine(isGuarded, guarded)
  .refine((env) => env.RESERVATION_TTL_SECONDS <= env.RESERVATION_MAX_HOLD_SECONDS, {
    path: ['RESERVATION_TTL_SECONDS'],
    error: 'must not be longer than RESERVATION_MAX_HOLD_SECONDS',
  })
  .transform((env) => ({
    host: env.HOST,
    port: env.PORT,
    publicUrl: env.PUBLIC_URL,
    /** Null: whoever reaches the port may do everything. */
    apiKeys: env.API_KEYS ?? null,
    keyRatePerSecond: env.API_KEY_RATE_PER_SECOND,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    ttlSeconds: env.RESERVATION_TTL_SECONDS,
    maxHoldSeconds: env.RESERVATION_MAX_HOLD_SECONDS,
    extensionsMax: env.RESERVATION_MAX_EXTENSIONS,
    onPaymentFailed: env.ON_PAYMENT_FAILED,
    webhookAllowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
    drainSeconds: env.DRAIN_SECONDS,
    locking: env.LOCKING,
    logLevel: env.LOG_LEVEL,
  }));

export type ApiConfig = z.infer<typeof apiEnvironment>;
