import { randomUUID } from 'node:crypto';
import { createProducer, queueConnection } from '@holdfast/jobs';
import { createLogger } from '@holdfast/runtime';
import { Redis } from 'ioredis';
import { say } from '../measure.ts';
import type { Stage } from '../stage.ts';
import { reserveRedisServer } from '../../../tests/redis-server.ts';
import type { QueuePlace } from '../workers/fleet.ts';
import { openClient } from './storage.ts';

/** What jobs take while they wait. */
export interface WaitingJobs {
  /** Of the queues when nothing has been queued yet. */
  readonly emptyBytes: number;
  readonly expiry: { readonly holds: number; readonly jobs: number; readonly bytes: number };
  readonly syncs: { readonly jobs: number; readonly bytes: number };
}

const HOLDS = 100_000;
const TTL_MS = 900_000;
const SYNCS = 10_000;
/** Nothing is in a hurry here. */
const TIMEOUT_MS = 60_000;

/** Queues jobs for holds that fall due in the next quarter of an hour, and syncs; nobody works on them. */
export async function measureWaitingJobs(stage: Stage, place: QueuePlace): Promise<WaitingJobs> {
  const database = await stage.createDatabase('bench_waiting');
  const redis = place === 'Redis' ? await reserveRedisServer() : undefined;
  await redis?.start();
  const where = { databaseUrl: database.url, redisUrl: redis?.url };
  const log = createLogger('bench', 'warn');
  const producer = await createProducer(queueConnection(where), { log, timeoutMs: TIMEOUT_MS });
  const size = redis ? await memoryOf(redis.url) : await tablesOf(database.url);
  try {
    const emptyBytes = await size.bytes();
    const now = Date.now();
    const dueAt = Array.from({ length: HOLDS }, (_, n) => now + TTL_MS * ((n + 1) / HOLDS));
    await producer.ensureExpiryJobs(dueAt, now);
    const withExpiry = await size.bytes();
    const jobs = (await producer.jobCounts()).expiry['delayed'] ?? Number.NaN;
    await producer.enqueueSyncs(
      Array.from({ length: SYNCS }, () => ({ id: randomUUID(), action: 'confirm' as const })),
    );
    const withSyncs = await size.bytes();
    say(`queues in ${place}: ${jobs} expiry jobs for ${HOLDS} holds`);
    return {
      emptyBytes,
      expiry: { holds: HOLDS, jobs, bytes: withExpiry - emptyBytes },
      syncs: { jobs: SYNCS, bytes: withSyncs - withExpiry },
    };
  } finally {
    await producer.close();
    await size.close();
    await redis?.kill();
    await database.drop();
  }
}

interface Size {
  bytes(): Promise<number>;
  close(): Promise<void>;
}

async function memoryOf(url: string): Promise<Size> {
  const client = new Redis(url);
  return {
    bytes: async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]),
    close: async () => void (await client.quit()),
  };
}

async function tablesOf(url: string): Promise<Size> {
  const client = await openClient(url);
  return {
    async bytes() {
      await client.query('VACUUM');
      const { rows } = await client.query<{ bytes: number }>(`
        SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'bullmq'
          AND relkind = 'r'`);
      return rows[0]?.bytes ?? Number.NaN;
    },
    close: () => client.end(),
  };
}
