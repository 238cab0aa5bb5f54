import { httpUrl, port, sharedConfig, sharedRules, sharedSettings, wholeNumber } from '@holdfast/runtime';
import { z } from 'zod';
import { kafkaConfig, kafkaRules, kafkaSettings } from './kafka/kafka-settings.ts';

/** What the worker reads from its environment; `.env.example` explains each. */
export const workerEnvironment = z
  .object({
    ...sharedSettings,
    ...kafkaSettings,
    WORKER_PORT: port().default(3001),
    WORKER_NICE: wholeNumber(0, 19).default(10),
    REDIS_STREAM_MAX_LENGTH: wholeNumber(1_000, 100_000_000).default(100_000),
    RECONCILE_EVERY_SECONDS: wholeNumber(1, 86_400).default(300),
    IDEMPOTENCY_KEY_HOURS: wholeNumber(24, 8_760).default(24),
    EVENT_RETENTION_DAYS: wholeNumber(1, 36_500).default(30),
    ORDER_RETENTION_DAYS: wholeNumber(30, 36_500).default(365),
    FULFILLMENT_RETENTION_DAYS: wholeNumber(30, 36_500).default(365),
    SYNC_ATTEMPT_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
    RECONCILIATION_RETENTION_DAYS: wholeNumber(2, 36_500).default(30),
    IMPORT_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
    SNAPSHOT_RETENTION_DAYS: wholeNumber(1, 36_500).default(365),
    DEMAND_RETENTION_DAYS: wholeNumber(1, 36_500).default(90),
    RETENTION_EVERY_SECONDS: wholeNumber(1, 86_400).default(3_600),
    GATEWAY_URL: httpUrl(),
    GATEWAY_RATE_PER_SECOND: wholeNumber(1, 10_000).default(60),
    GATEWAY_TIMEOUT_MS: wholeNumber(1, 60_000).default(2_000),
    GATEWAY_MAX_ATTEMPTS: wholeNumber(1, 1_000).default(8),
    GATEWAY_BACKOFF_MAX_SECONDS: wholeNumber(1, 3_600).default(240),
    WEBHOOK_TIMEOUT_MS: wholeNumber(1, 60_000).default(15_000),
    WEBHOOK_RETRY_HOURS: wholeNumber(1, 720).default(48),
  })
  .check(...sharedRules, ...kafkaRules)
  .transform((env) => ({
    ...sharedConfig(env),
    /** Null: there is no Kafka. */
    kafka: kafkaConfig(env),
    port: env.WORKER_PORT,
    /** `nice` of the process: 0 as others, 19 after all others. */
    nice: env.WORKER_NICE,
    redisStreamMaxLength: env.REDIS_STREAM_MAX_LENGTH,
    reconcileEverySeconds: env.RECONCILE_EVERY_SECONDS,
    retention: {
      /** Not less than the 24 hours for which the contract honours a key. */
      idempotencyKeyHours: env.IDEMPOTENCY_KEY_HOURS,
      eventDays: env.EVENT_RETENTION_DAYS,
      orderDays: env.ORDER_RETENTION_DAYS,
      fulfillmentDays: env.FULFILLMENT_RETENTION_DAYS,
      syncAttemptDays: env.SYNC_ATTEMPT_RETENTION_DAYS,
      /** Not less than RECONCILE_EVERY_SECONDS can be: metrics show the newest run. */
      reconciliationDays: env.RECONCILIATION_RETENTION_DAYS,
      importDays: env.IMPORT_RETENTION_DAYS,
      snapshotDays: env.SNAPSHOT_RETENTION_DAYS,
      demandDays: env.DEMAND_RETENTION_DAYS,
      everySeconds: env.RETENTION_EVERY_SECONDS,
    },
    gateway: {
      url: env.GATEWAY_URL,
      ratePerSecond: env.GATEWAY_RATE_PER_SECOND,
      timeoutMs: env.GATEWAY_TIMEOUT_MS,
      attemptsMax: env.GATEWAY_MAX_ATTEMPTS,
      backoffMaxMs: env.GATEWAY_BACKOFF_MAX_SECONDS * 1_000,
    },
    webhooks: {
      allowPrivate: env.WEBHOOK_ALLOW_PRIVATE,
      timeoutMs: env.WEBHOOK_TIMEOUT_MS,
      giveUpMs: env.WEBHOOK_RETRY_HOURS * 3_600_000,
    },
  }));

export type WorkerConfig = z.infer<typeof workerEnvironment>;
