import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@holdfast/db';
import { createProducer, queueConnection } from '@holdfast/jobs';
import { readDueHolds } from '@holdfast/reservations';
import { createLogger } from '@holdfast/runtime';
import { z } from 'zod';
import { callApi, forMany, PREPARING, skuNames, upTo } from '../../api-calls.ts';
import { explainPrepared, type QueryPlan } from '../../query-plan.ts';

/** Makes holds through the API, so that the counters are right, and lets all of them be due. */
export async function makeDueHolds(apiUrl: string, { prisma }: Database, count: number): Promise<void> {
  const hold = (n: number) => {
    const lines = [{ sku: skuNames[n % skuNames.length], quantity: 1 }];
    return callApi(apiUrl, 'POST', '/v1/reservations', { body: { lines } });
  };
  await forMany(upTo(count), hold, PREPARING);
  await prisma.$executeRaw`
    UPDATE reservations
    SET expires_at = clock_timestamp() - interval '1 minute'
    WHERE status = 'held'`;
}

/** The jobs that would end due holds, or call the warehouse, do not run: as if the queue had lost them. */
export async function leaveWorkToReconcile(databaseUrl: string): Promise<void> {
  const log = createLogger('bench', 'warn');
  const producer = await createProducer(queueConnection({ databaseUrl, redisUrl: undefined }), { log });
  for (const queue of producer.boardQueues()) {
    if (queue.name === 'expiry' || queue.name === 'warehouse-sync') await queue.pause();
  }
  await producer.close();
}

const CHUNK = 500;

/**
 * How the very statement that `readDueHolds` has prepared was run, and how many 8 kB pages it looked at. On a pool of one
 * connection.
 */
export async function explainDueHolds(db: Database): Promise<QueryPlan & { readonly pages: number }> {
  const plan = await explainPrepared(db, () => readDueHolds(db.prisma, CHUNK), {
    containing: 'ORDER BY expires_at, id',
    explain: 'EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF)',
    parameters: `${CHUNK}::integer`,
  });
  const [execution = ''] = plan.text.split('Planning:');
  const counts = [...execution.matchAll(/shared(?: hit=(\d+))?(?: read=(\d+))?/g)];
  const pages = Math.max(...counts.map(([, hit = '0', read = '0']) => Number(hit) + Number(read)));
  return { ...plan, pages };
}

/** What was read of the tables of reservations, by all processes. */
interface TableReads {
  /** How often one of them was read from its beginning to its end. */
  readonly tableScans: number;
  /** Rows of reservations that were found by an index. */
  readonly reservationRows: number;
}

/** Backends report their figures when they have been idle for a second. */
const REPORTED_AFTER_MS = 1_500;

/** Counts from now on: called before and after, and subtracted. */
export async function countTableReads({ prisma }: Database): Promise<TableReads> {
  await pause(REPORTED_AFTER_MS);
  const [reads] = await prisma.$queryRaw<TableReads[]>`
    SELECT
      sum(seq_scan)::float8 AS "tableScans",
      sum(idx_tup_fetch) FILTER (WHERE relname = 'reservations')::float8 AS "reservationRows"
    FROM pg_stat_user_tables
    WHERE relname IN ('reservations', 'reservation_lines', 'line_allocations')`;
  if (!reads) throw new Error('PostgreSQL counts no reads');
  return reads;
}

export async function countHeld({ prisma }: Database): Promise<number> {
  const [held] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count
    FROM reservations
    WHERE status = 'held'`;
  return held?.count ?? Number.NaN;
}

const queuedRun = z.object({ status_url: z.string() });
const run = z.object({
  status: z.enum(['queued', 'running', 'succeeded', 'failed']),
  scanned: z.int(),
  expired: z.int(),
  issues: z.array(z.unknown()),
  requeued_syncs: z.int(),
  started_at: z.coerce.date().nullable(),
  finished_at: z.coerce.date().nullable(),
  error: z.string().nullable(),
});

export interface RunTimes {
  readonly name: string;
  /** Until the call was answered. */
  readonly answeredMs: number;
  /** From the start of the run to its end, by the database's clock. */
  readonly seconds: number;
  readonly scanned: number;
  readonly expired: number;
  readonly requeuedSyncs: number;
}

const LOOK_EVERY_MS = 100;
const DEADLINE_MS = 300_000;

/** Asks for a run and waits for its end. @throws {Error} when it fails, finds wrong counters, or does not end */
export async function runReconcile(
  apiUrl: string,
  name: string,
  body: { readonly limit: number; readonly dry_run?: boolean },
): Promise<RunTimes> {
  const started = performance.now();
  const queued = await callApi(apiUrl, 'POST', '/v1/workers/reconcile-stale', { body });
  const answeredMs = performance.now() - started;
  const { status_url } = queuedRun.parse(JSON.parse(queued));
  while (performance.now() - started < DEADLINE_MS) {
    const now = run.parse(JSON.parse(await callApi(apiUrl, 'GET', status_url)));
    if (now.status === 'failed' || now.issues.length > 0) {
      throw new Error(`the run ${name}: ${now.error ?? JSON.stringify(now.issues.slice(0, 5))}`);
    }
    if (now.started_at && now.finished_at) {
      const seconds = (now.finished_at.getTime() - now.started_at.getTime()) / 1_000;
      const { scanned, expired, requeued_syncs: requeuedSyncs } = now;
      return { name, answeredMs, seconds, scanned, expired, requeuedSyncs };
    }
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`the run ${name} has not ended after ${DEADLINE_MS / 1_000} s`);
}
