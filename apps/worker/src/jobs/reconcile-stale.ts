import {
  findCounterIssues,
  finishRun,
  queueRun,
  readDueHolds,
  readOverdueSyncs,
  readRun,
  startRun,
  type DueHold,
  type RunReport,
} from '@holdfast/db';
import type { JobHandler } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';
import { OVERDUE_MS, RUN_LEASE_MS } from '../upkeep.ts';

/** What a run on schedule may take at most; by hand it is asked for. */
const SCHEDULED_LIMIT = 1_000;

/** Holds in one chunk: the ledger makes a few batches of it. */
const CHUNK = 500;

/** Issues that a report names. Where there are more, the first thousand are enough to see what is wrong. */
const ISSUES_MAX = 1_000;

/**
 * Compares what the rows ask for with what was done: expires holds past due, queues syncs whose job is lost or whose
 * taker died, and checks every counter against its newest movement and the open lines. `dry_run` changes nothing and
 * reports the same. A step that fails does not keep the next one from its work: what is wrong is when it is needed.
 */
export const reconcileStale =
  (context: WorkerContext): JobHandler<'reconcile-stale'> =>
  async ({ run_id: requested, trigger }) => {
    const { database, log } = context;
    const runId =
      requested ??
      (await queueRun(database.prisma, { id: newId(), trigger, dryRun: false, limit: SCHEDULED_LIMIT }))
        .runId;
    const run = await readRun(database.prisma, runId);
    if (!run || !(await startRun(database.prisma, runId, RUN_LEASE_MS))) return; // another worker has it, or it is done
    const started = performance.now();
    const { report, errors } = await reconcile(context, { limit: run.limit, dryRun: run.dry_run });
    const error = errors.length > 0 ? errors.join('; ') : null;
    await finishRun(database.prisma, runId, report, error);
    const { issues, reservation_ids: _ids, ...numbers } = report;
    const fields = { run_id: runId, trigger, ...numbers, issues: issues.length, ...(error ? { error } : {}) };
    const level = error || issues.length > 0 ? 'error' : 'info';
    log[level]('reconcile.done', { ...fields, ms: Math.round(performance.now() - started) });
  };

interface Wishes {
  readonly limit: number;
  readonly dryRun: boolean;
}

async function reconcile(
  context: WorkerContext,
  wishes: Wishes,
): Promise<{ report: RunReport; errors: readonly string[] }> {
  const errors: string[] = [];
  const step = async <Result>(name: string, work: Promise<Result>, otherwise: Result): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      return otherwise;
    }
  };
  // Syncs first: those that the expiry below makes are not overdue, however long it takes.
  const syncs = await step('syncs', requeueSyncs(context, wishes), 0);
  const holds = await step('holds', expireWhatIsDue(context, wishes), { scanned: 0, ids: [], error: null });
  if (holds.error) errors.push(`holds: ${holds.error.message}`);
  const issues = await step('counters', findCounterIssues(context.database, ISSUES_MAX), []);
  return {
    report: {
      scanned: holds.scanned + syncs,
      expired: holds.ids.length,
      requeued_syncs: syncs,
      issues,
      reservation_ids: holds.ids,
    },
    errors,
  };
}

async function expireWhatIsDue(
  context: WorkerContext,
  { limit, dryRun }: Wishes,
): Promise<{ scanned: number; ids: readonly string[]; error: Error | null }> {
  const ids: string[] = [];
  let scanned = 0;
  let after: DueHold | null = null;
  while (scanned < limit) {
    const size = Math.min(CHUNK, limit - scanned);
    const { holds }: { holds: readonly DueHold[] } = await readDueHolds(context.database.prisma, size, after);
    const expired = dryRun
      ? { ids: holds.map(({ id }) => id), error: null }
      : await expireHolds(context, holds);
    ids.push(...expired.ids);
    scanned += holds.length;
    if (expired.error) return { scanned, ids, error: expired.error };
    if (holds.length < size) break;
    after = holds.at(-1) ?? null;
  }
  return { scanned, ids, error: null };
}

async function requeueSyncs(
  { database, producer }: WorkerContext,
  { limit, dryRun }: Wishes,
): Promise<number> {
  const syncs = await readOverdueSyncs(database.prisma, { overdueMs: OVERDUE_MS, limit });
  if (!dryRun) await producer.enqueueSyncs(syncs);
  return syncs.length;
}
