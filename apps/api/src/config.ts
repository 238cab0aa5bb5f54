import { port, sharedConfig, sharedRules, sharedSettings, wholeNumber } from '@holdfast/runtime';
import { WAIT_SECONDS_MAX } from '@holdfast/contract';
import { z } from 'zod';

/** What the API reads from its environment; `.env.example` explains each. */
export const apiEnvironment = z
  .object({
    ...sharedSettings,
    PORT: port().default(3000),
    API_KEY_RATE_PER_SECOND: wholeNumber(1, 1_000_000).default(1_000),
    RESERVATION_MAX_EXTENSIONS: wholeNumber(0, 1_000).default(1),
    WAIT_MAX_SECONDS: wholeNumber(1, WAIT_SECONDS_MAX).default(3_600),
    WAITERS_MAX_PER_SKU: wholeNumber(1, 100_000).default(10_000),
    EVENT_STREAMS_PER_KEY: wholeNumber(0, 10_000).default(100),
    DRAIN_SECONDS: wholeNumber(0, 60).default(5),
  })
  .check(...sharedRules)
  .transform((env) => ({
    ...sharedConfig(env),
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
