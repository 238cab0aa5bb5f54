import { port, sharedConfig, sharedRules, sharedSettings, wholeNumber } from '@holdfast/runtime';
import { WAIT_SECONDS_MAX } from '@holdfast/contract';
import { readReplicaUrls } from '@holdfast/db';
import { z } from 'zod';

/** Problems are logged, and have no password in them. */
const replicaUrls = () =>
  z.string().transform((text, { issues }) => {
    const { urls, problems } = readReplicaUrls(text);
    for (const message of problems) issues.push({ code: 'custom', message, input: '(not shown)' });
    return urls;
  });

/** A setting that would have no effect hides that there are no replicas. */
const needsReplicas = (name: string) =>
  z.refine<Readonly<Record<string, unknown>>>(
    (env) => env[name] === undefined || env['DATABASE_REPLICA_URL'] !== undefined,
    { path: [name], error: 'has no effect without DATABASE_REPLICA_URL', when: () => true },
  );

/** What the API reads from its environment; `.env.example` explains each. */
export const apiEnvironment = z
  .object({
    ...sharedSettings,
    DATABASE_REPLICA_URL: replicaUrls().optional(),
    REPLICA_READS: z.enum(['token', 'all'], 'must be token or all').optional(),
    REPLICA_LAG_MAX_SECONDS: wholeNumber(1, 3_600).optional(),
    PORT: port().default(3000),
    API_KEY_RATE_PER_SECOND: wholeNumber(1, 1_000_000).default(1_000),
    RESERVATION_MAX_EXTENSIONS: wholeNumber(0, 1_000).default(1),
    WAIT_MAX_SECONDS: wholeNumber(1, WAIT_SECONDS_MAX).default(3_600),
    WAITERS_MAX_PER_SKU: wholeNumber(1, 100_000).default(10_000),
    EVENT_STREAMS_PER_KEY: wholeNumber(0, 10_000).default(100),
    DRAIN_SECONDS: wholeNumber(0, 60).default(5),
  })
  .check(...sharedRules)
  .check(...['REPLICA_READS', 'REPLICA_LAG_MAX_SECONDS'].map(needsReplicas))
  .transform((env) => ({
    ...sharedConfig(env),
    /** Null: there are none. */
    replicas: env.DATABASE_REPLICA_URL
      ? {
          urls: env.DATABASE_REPLICA_URL,
          reads: env.REPLICA_READS ?? 'token',
          lagMaxMs: (env.REPLICA_LAG_MAX_SECONDS ?? 10) * 1_000,
        }
      : null,
    port: env.PORT,
    keyRatePerSecond: env.API_KEY_RATE_PER_SECOND,
    extensionsMax: env.RESERVATION_MAX_EXTENSIONS,
    waitMaxSeconds: env.WAIT_MAX_SECONDS,
    waitersMax: env.WAITERS_MAX_PER_SKU,
    webhookAllowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
    eventStreamsPerKey: env.EVENT_STREAMS_PER_KEY,
    drainSeconds: env.DRAIN_SECONDS,
  }));

export type ApiConfig = z.infer<typeof apiEnvironment>;

/** Settings that an operator may see, by the names of their variables: no secrets, and no addresses. */
export const shownSettings = (config: ApiConfig) => ({
  QUEUES: config.redisUrl === undefined ? 'postgresql' : 'redis',
  HOT_PATH: config.hotPath !== null,
  ...(config.replicas && {
    REPLICA_READS: config.replicas.reads,
    REPLICA_LAG_MAX_SECONDS: config.replicas.lagMaxMs / 1_000,
  }),
  LOG_LEVEL: config.logLevel,
  API_KEYS: config.apiKeys !== null,
  API_KEY_RATE_PER_SECOND: config.keyRatePerSecond,
  RESERVATION_TTL_SECONDS: config.ttlSeconds,
  RESERVATION_MAX_HOLD_SECONDS: config.maxHoldSeconds,
  RESERVATION_MAX_EXTENSIONS: config.extensionsMax,
  WAIT_MAX_SECONDS: config.waitMaxSeconds,
  WAITERS_MAX_PER_SKU: config.waitersMax,
  ON_PAYMENT_FAILED: config.onPaymentFailed,
  WEBHOOK_ALLOW_PRIVATE: config.webhookAllowPrivate,
  EVENT_STREAMS_PER_KEY: config.eventStreamsPerKey,
  DRAIN_SECONDS: config.drainSeconds,
});
