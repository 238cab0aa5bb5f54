import { sql, type Queryable, type Sql, sqlStateOf } from '@holdfast/db';
import type { ReconciliationRun, RunRequest, RunTrigger } from './run-store.ts';

/** The findings and actions of a run. */
export type RunReport = Pick<
  ReconciliationRun,
  'scanned' | 'expired' | 'requeued_syncs' | 'issues' | 'reservation_ids'
>;

/** A run that a worker has taken to work on it. */
export interface TakenRun extends RunRequest {
  /** How often it was taken, from 1. Proves the claim, as a worker that takes it over gets another number. */
  readonly taking: number;
  /** The part that an earlier worker of this run has done. */
  readonly report: RunReport;
}

const UNIQUE_VIOLATION = '23505';

/** A run without a worker: its worker has sent no heartbeat, or it waits while none is under way. */
const IS_NEXT: Sql = sql`(
  (status = 'running' AND heartbeat_until <= clock_timestamp())
  OR (
    status = 'queued'
    AND NOT EXISTS (SELECT FROM reconciliation_runs WHERE status = 'running')
  )
)`;

const heartbeat = (forMs: number): Sql =>
  sql`heartbeat_until = clock_timestamp() + ${forMs}::integer * interval '1 millisecond'`;

const reported = (report: RunReport): Sql => sql`
  scanned = ${report.scanned}::integer,
  expired = ${report.expired}::integer,
  requeued_syncs = ${report.requeued_syncs}::integer,
  issues = ${JSON.stringify(report.issues)}::json,
  reservation_ids = ${JSON.stringify(report.reservation_ids)}::json`;

/** A run during which so many workers have died is not tried again: it would block all others. */
const TAKINGS_MAX = 5;

/**
 * Takes the next run for `heartbeatMs`: one whose worker has sent no heartbeat in time, or if there is none
 * the one that waits longest. Null: none waits, or a run is under way in any worker.
 */
export async function takeNextRun(db: Queryable, heartbeatMs: number): Promise<TakenRun | null> {
  await db.$executeRaw`
    UPDATE reconciliation_runs
    SET status = 'failed', error = 'its worker died, as did those that took it over', finished_at = clock_timestamp()
    WHERE status = 'running'
      AND heartbeat_until <= clock_timestamp()
      AND takings >= ${TAKINGS_MAX}::integer`;
  try {
    const [taken] = await db.$queryRaw<(Omit<TakenRun, 'report'> & RunReport)[]>`
      UPDATE reconciliation_runs
      SET
        status = 'running',
        takings = takings + 1,
        started_at = coalesce(started_at, clock_timestamp()),
        ${heartbeat(heartbeatMs)}
      WHERE id = (
        SELECT id
        FROM reconciliation_runs
        WHERE ${IS_NEXT}
        ORDER BY created_at, id
        LIMIT 1
      )
        -- Again, of the row as it is now: another worker may have taken it meanwhile.
        AND (status = 'queued' OR (status = 'running' AND heartbeat_until <= clock_timestamp()))
      RETURNING id, trigger, dry_run AS "dryRun", "limit", takings AS taking,
        scanned, expired, requeued_syncs, issues, reservation_ids`;
    if (!taken) return null;
    const { scanned, expired, requeued_syncs, issues, reservation_ids, ...run } = taken;
    return { ...run, report: { scanned, expired, requeued_syncs, issues, reservation_ids } };
  } catch (error) {
    if (sqlStateOf(error) === UNIQUE_VIOLATION) return null; // two took different runs in the same instant
    throw error;
  }
}

/**
 * Extends the claim of the run's worker to `heartbeatMs` from now. False: another worker has taken it over.
 */
export const keepRun = (db: Queryable, run: TakenRun, heartbeatMs: number): Promise<boolean> =>
  updateOurs(db, run, heartbeat(heartbeatMs));

/** Like {@link keepRun}, and writes the progress: a worker that takes the run over continues from there. */
export const reportProgress = (
  db: Queryable,
  run: TakenRun,
  report: RunReport,
  heartbeatMs: number,
): Promise<boolean> => updateOurs(db, run, sql`${heartbeat(heartbeatMs)}, ${reported(report)}`);

/** Writes what a run has done, and why it could not do all. False: another worker has taken the run over. */
export const finishRun = (
  db: Queryable,
  run: TakenRun,
  report: RunReport,
  error: string | null,
): Promise<boolean> =>
  updateOurs(
    db,
    run,
    sql`
      status = CASE WHEN ${error}::text IS NULL THEN 'succeeded' ELSE 'failed' END,
      error = left(${error}::text, 500),
      finished_at = clock_timestamp(),
      ${reported(report)}`,
  );

/** False: another worker has taken the run over, and nothing was written. */
async function updateOurs(db: Queryable, { id, taking }: TakenRun, changes: Sql): Promise<boolean> {
  const updated = await db.$executeRaw`
    UPDATE reconciliation_runs
    SET ${changes}
    WHERE id = ${id}::uuid
      AND status = 'running'
      AND takings = ${taking}::integer`;
  return updated === 1;
}

/** Leaves a run to another worker: its own stops. */
export async function giveRunBack(db: Queryable, run: TakenRun): Promise<void> {
  await keepRun(db, run, 0);
}

/** The run that {@link takeNextRun} would take: to replace jobs that the queue has lost. */
export async function readNextRun(
  db: Queryable,
): Promise<{ readonly id: string; readonly trigger: RunTrigger } | null> {
  const [next] = await db.$queryRaw<{ id: string; trigger: RunTrigger }[]>`
    SELECT id, trigger
    FROM reconciliation_runs
    WHERE ${IS_NEXT}
    ORDER BY created_at, id
    LIMIT 1`;
  return next ?? null;
}
