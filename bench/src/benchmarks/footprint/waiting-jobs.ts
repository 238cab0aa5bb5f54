import { randomUUID } from 'node:crypto';
import { createProducer, queueConnection } from '@holdfast/jobs';
import { createLogger } from '@holdfast/runtime';
import { withSession } from '@holdfast/testing';
import { reserveRedisServer } from '../../../../tests/redis-server.ts';
import { upTo } from '../../api-calls.ts';
import { say } from '../../benchmark.ts';
import type { QueuePlace } from '../../options.ts';
import { digits, paragraphs, table } from '../../table.ts';
import type { Testbed } from '../../testbed.ts';

const HOLDS = 100_000;
const TTL_MS = 900_000;
const SYNCS = 10_000;
/** Nothing is in a hurry here. */
const TIMEOUT_MS = 60_000;

/** What jobs take while they wait: queues some for holds that fall due in the next quarter of an hour, and syncs; nothing works on them. */
export async function measureWaitingJobs(testbed: Testbed, place: QueuePlace) {
  const database = await testbed.createDatabase('bench_waiting');
  const redis = place === 'Redis' ? await reserveRedisServer() : undefined;
  await redis?.start();
  const where = { databaseUrl: database.url, redisUrl: redis?.url };
  const log = createLogger('bench', 'warn');
  const producer = await createProducer(queueConnection(where), { log, timeoutMs: TIMEOUT_MS });
  const size = async () =>
    redis
      ? Number(/^used_memory:(\d+)/m.exec(String(await redis.run('INFO', 'memory')))?.[1])
      : sizeOfTables(database.url);
  try {
    const emptyBytes = await size();
    const now = Date.now();
    const dueAt = upTo(HOLDS).map((n) => now + TTL_MS * ((n + 1) / HOLDS));
    await producer.ensureExpiryJobs(dueAt, now);
    const withExpiry = await size();
    const jobs = (await producer.jobCounts()).expiry['delayed'] ?? Number.NaN;
    await producer.enqueueSyncs(upTo(SYNCS).map(() => ({ id: randomUUID(), action: 'confirm' as const })));
    const withSyncs = await size();
    say(`queues in ${place}: ${jobs} expiry jobs for ${HOLDS} holds`);
    return {
      place,
      emptyBytes,
      expiry: { holds: HOLDS, jobs, bytes: withExpiry - emptyBytes },
      syncs: { jobs: SYNCS, bytes: withSyncs - withExpiry },
    };
  } finally {
    await producer.close();
    await redis?.kill();
    await database.drop();
  }
}

const sizeOfTables = (databaseUrl: string): Promise<number> =>
  withSession(databaseUrl, async (session) => {
    await session.query('VACUUM');
    const { rows } = await session.query<{ bytes: number }>(`
      SELECT sum(pg_total_relation_size(c.oid))::float8 AS bytes
      FROM pg_class c
      JOIN pg_namespace n ON n.oid = relnamespace
      WHERE nspname = 'bullmq'
        AND relkind = 'r'`);
    return rows[0]?.bytes ?? Number.NaN;
  });

export type WaitingJobs = Awaited<ReturnType<typeof measureWaitingJobs>>;

export function renderWaitingJobs(measured: readonly WaitingJobs[]): string {
  return paragraphs(
    '### Jobs that wait',
    'Bytes of Redis’ memory, or of BullMQ’s tables with their indexes. No worker runs meanwhile.',
    table(measured, [
      ['queues in', ({ place }) => place],
      ['empty, MB', ({ emptyBytes }) => emptyBytes / 1e6, digits(1)],
      ['holds over 15 min', ({ expiry }) => expiry.holds],
      ['expiry jobs', ({ expiry }) => expiry.jobs],
      ['bytes each', ({ expiry }) => expiry.bytes / expiry.jobs],
      ['sync jobs', ({ syncs }) => syncs.jobs],
      ['bytes each', ({ syncs }) => syncs.bytes / syncs.jobs],
    ]),
  );
}
