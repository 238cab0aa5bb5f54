import type { CounterIssue } from '@holdfast/domain';
import { sql, type Queryable, type Sql } from './client.ts';

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

/** What a run has found and done. */
export type RunReport = Pick<
  ReconciliationRun,
  'scanned' | 'expired' | 'requeued_syncs' | 'issues' | 'reservation_ids'
>;

export interface RunRequest {
  readonly id: string;
  readonly trigger: RunTrigger;
  readonly dryRun: boolean;
  readonly limit: number;
}

const SHOWN: Sql = sql`id, trigger, dry_run, "limit", status, scanned, expired, requeued_syncs, issues, reservation_ids,
  started_at, finished_at, error`;

/** Queues a run, or joins the one with the same wishes that waits already. */
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

export async function setRunJob(db: Queryable, runId: string, jobId: string): Promise<void> {
  await db.$executeRaw`UPDATE reconciliation_runs SET job_id = ${jobId} WHERE id = ${runId}::uuid`;
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

/**
 * Takes a run to work on it: one that waits, or whose worker has not been heard of for `leaseMs`. False: another worker
 * has it, or it is done.
 */
export async function startRun(db: Queryable, runId: string, leaseMs: number): Promise<boolean> {
  const started = await db.$executeRaw`
    UPDATE reconciliation_runs
    SET status = 'running', started_at = clock_timestamp()
    WHERE id = ${runId}::uuid
      AND (
        status = 'queued'
        OR (status = 'running' AND started_at <= clock_timestamp() - ${leaseMs}::integer * interval '1 millisecond')
      )`;
  return started === 1;
}

/** Writes what a run has found and done; with an error when it could not do all. */
export async function finishRun(
  db: Queryable,
  runId: string,
  report: RunReport,
  error: string | null,
): Promise<void> {
  await db.$executeRaw`
    UPDATE reconciliation_runs
    SET
      status = CASE WHEN ${error}::text IS NULL THEN 'succeeded' ELSE 'failed' END,
      error = left(${error}::text, 500),
      finished_at = clock_timestamp(),
      scanned = ${report.scanned}::integer,
      expired = ${report.expired}::integer,
      requeued_syncs = ${report.requeued_syncs}::integer,
      issues = ${JSON.stringify(report.issues)}::json,
      reservation_ids = ${JSON.stringify(report.reservation_ids)}::json
    WHERE id = ${runId}::uuid
      AND status = 'running'`;
}

/** Runs that nobody works on, oldest first: for whoever makes up for jobs that the queue has lost. */
export async function readStrandedRuns(
  db: Queryable,
  { leaseMs, limit }: { leaseMs: number; limit: number },
): Promise<readonly { readonly id: string; readonly trigger: RunTrigger }[]> {
  return db.$queryRaw<{ id: string; trigger: RunTrigger }[]>`
    SELECT id, trigger
    FROM reconciliation_runs
    WHERE status = 'queued'
      OR (status = 'running' AND started_at <= statement_timestamp() - ${leaseMs}::integer * interval '1 millisecond')
    ORDER BY created_at
    LIMIT ${limit}::integer`;
}
