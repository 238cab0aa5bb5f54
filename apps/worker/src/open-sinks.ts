import { type Database } from '@holdfast/db';
import {
  readNewestPosition,
  readWebhooksToWake,
  createRedisStreams,
  REDIS_STREAMS,
  type RedisStreams,
  type Sink,
} from '@holdfast/events';
import { readEnabledWebhooks, endpointOfSink, webhookSinkName } from '@holdfast/webhooks';
import type { Logger } from '@holdfast/runtime';
import type { Registry } from 'prom-client';
import type { WorkerConfig } from './config.ts';
import { openWebhooks } from './open-webhooks.ts';

/** All that events are sent to. */
export interface Sinks {
  /** Names of those that want events now. */
  awake(): Promise<readonly string[]>;
  /** Names of those that may have something to do, whether they were woken or not. */
  withWork(): Promise<readonly string[]>;
  /**
   * The sink of that name, for one run. Null: there is none. One that was disabled wants nothing, and says
   * so.
   */
  open(name: string): Sink | null;
  /** Never throws. */
  close(): Promise<void>;
}

interface Parts {
  readonly config: WorkerConfig;
  readonly database: Database;
  readonly registry: Registry;
  readonly log: Logger;
}

/** Redis Streams where there is a Redis, and every webhook endpoint. */
export function openSinks(parts: Parts): Sinks {
  const { prisma } = parts.database;
  const streams = openStreams(parts);
  const webhooks = openWebhooks(parts);
  const withStreams = (endpointIds: readonly string[]) => [
    ...(streams ? [REDIS_STREAMS] : []),
    ...endpointIds.map(webhookSinkName),
  ];
  return {
    awake: async () => withStreams(await readEnabledWebhooks(prisma)),
    withWork: async () => withStreams(await readWebhooksToWake(prisma)),
    open(name) {
      if (name === REDIS_STREAMS) return streams?.open() ?? null;
      const endpointId = endpointOfSink(name);
      return endpointId === null ? null : webhooks.open(endpointId);
    },
    async close() {
      streams?.close();
      webhooks.close();
    },
  };
}

function openStreams({ config, database, log }: Parts): RedisStreams | null {
  const { redisUrl, publicUrl, redisStreamMaxLength } = config;
  if (redisUrl === undefined) return null;
  return createRedisStreams({
    redisUrl,
    publicUrl,
    lengthMax: redisStreamMaxLength,
    readNewestPosition: () => readNewestPosition(database.prisma),
    onError: (error) => log.warn('redis_streams.error', { error }),
  });
}
