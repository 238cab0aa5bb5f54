import type { CounterIssue } from '@holdfast/domain';
import { isBehind, sql, type Page, type Queryable, type Sql } from '@holdfast/db';

export type RunTrigger = 'manual' | 'schedule' | 'startup';

/** A run as the contract shows it. */
export interface ReconciliationRun {
  readonly id: string;
  readonly trigger: RunTrigger;
  readonly dry_run: boolean;
  readonly limit: number;
  readonly status: 'queued' | 'running' | 'succeeded' | 'failed';
  readonly scanned: number;
  readonly expired: number;
  readonly requeued_syncs: number;
  readonly issues: readonly CounterIssue[];
  readonly reservation_ids: readonly string[];
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
  readonly error: string | null;
}

export interface RunRequest {
  readonly id: string;
  readonly trigger: RunTrigger;
  readonly dryRun: boolean;
  readonly limit: number;
}

/** Reservations and issues that a page names, or its first run alone: about a megabyte of JSON. */
const NAMED_MAX = 20_000;

const SHOWN: Sql = sql`id, trigger, dry_run, "limit", status, scanned, expired, requeued_syncs, issues, reservation_ids,
  started_at, finished_at, error`;

/** Queues a run. If one with the same options waits already, returns that one. */
export async function queueRun(
  db: Queryable,
  request: RunRequest,
): Promise<{ runId: string; joined: boolean }> {
  for (;;) {
    const inserted = await db.$executeRaw`
      INSERT INTO reconciliation_runs (id, trigger, dry_run, "limit", status)
      VALUES (${request.id}::uuid, ${request.trigger}, ${request.dryRun}, ${request.limit}::integer, 'queued')
      ON CONFLICT (dry_run, "limit") WHERE status = 'queued' DO NOTHING`;
    if (inserted === 1) return { runId: request.id, joined: false };
    const [waiting] = await db.$queryRaw<{ id: string }[]>`
      SELECT id
      FROM reconciliation_runs
      WHERE status = 'queued'
        AND dry_run = ${request.dryRun}
        AND "limit" = ${request.limit}::integer`;
    if (waiting) return { runId: waiting.id, joined: true };
    // It began between the two statements: queue our own.
  }
}

/** Queues the run of a starting worker, unless a real one waits, runs, or ended less than `quietMs` ago. */
export async function queueStartupRun(
  db: Queryable,
  { id, limit, quietMs }: { readonly id: string; readonly limit: number; readonly quietMs: number },
): Promise<boolean> {
  const inserted = await db.$executeRaw`
    INSERT INTO reconciliation_runs (id, trigger, dry_run, "limit", status)
    SELECT ${id}::uuid, 'startup', false, ${limit}::integer, 'queued'
    WHERE NOT EXISTS (
      SELECT
      FROM reconciliation_runs
      WHERE NOT dry_run
        AND (
          status IN ('queued', 'running')
          OR finished_at > clock_timestamp() - ${quietMs}::integer * interval '1 millisecond'
        )
    )
    ON CONFLICT DO NOTHING`;
  return inserted === 1;
}

export async function setRunJob(db: Queryable, runId: string, jobId: string): Promise<void> {
  await db.reconciliationRun.updateMany({ where: { id: runId }, data: { job_id: jobId } });
}

export async function readRun(
  db: Queryable,
  runId: string,
): Promise<(ReconciliationRun & { job_id: string | null }) | null> {
  const [run] = await db.$queryRaw<(ReconciliationRun & { job_id: string | null })[]>`
    SELECT ${SHOWN}, job_id
    FROM reconciliation_runs
    WHERE id = ${runId}::uuid`;
  return run ?? null;
}

/** Runs, newest first: up to `limit`, and fewer where those would name more than `NAMED_MAX`. */
export async function readRuns(
  db: Queryable,
  { after, limit }: Page,
): Promise<{ readonly runs: readonly ReconciliationRun[]; readonly hasMore: boolean }> {
  const ahead = await db.$queryRaw<{ id: string; named: number }[]>`
    SELECT id, expired + json_array_length(issues) AS named
    FROM reconciliation_runs
    WHERE ${isBehind(after)}
    ORDER BY id DESC
    LIMIT ${limit + 1}::integer`;
  const ids: string[] = [];
  let named = 0;
  for (const run of ahead.slice(0, limit)) {
    named += run.named;
    if (ids.length > 0 && named > NAMED_MAX) break;
    ids.push(run.id);
  }
  const runs = await db.$queryRaw<ReconciliationRun[]>`
    SELECT ${SHOWN}
    FROM reconciliation_runs
    WHERE id = ANY(${ids}::uuid[])
    ORDER BY id DESC`;
  return { runs, hasMore: ahead.length > ids.length };
}

/** When the newest run ended (epoch seconds), and how many issues it names. Null: none has ended. */
export async function readNewestEnd(db: Queryable): Promise<{ finishedAt: number; issues: number } | null> {
  const [newest] = await db.$queryRaw<{ finishedAt: number; issues: number }[]>`
    SELECT extract(epoch FROM finished_at)::float8 AS "finishedAt", json_array_length(issues) AS issues
    FROM reconciliation_runs
    WHERE finished_at IS NOT NULL
    ORDER BY finished_at DESC
    LIMIT 1`;
  return newest ?? null;
}
