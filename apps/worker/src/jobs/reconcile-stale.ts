import {
  failRun,
  findCounterIssues,
  finishRun,
  queueRun,
  readDueHolds,
  readOverdueSyncs,
  readRun,
  startRun,
  type RunReport,
} from '@holdfast/db';
import { newId } from '@holdfast/ledger';
import type { JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { expireHolds } from '../expire-holds.ts';

/** What a run on schedule may take at most; by hand it is asked for. */
const SCHEDULED_LIMIT = 1_000;

/** A sync that has waited this much longer than it should has probably lost its job. */
const OVERDUE_MS = 5_000;

/** Issues that a report names. Where there are more, the first thousand are enough to see what is wrong. */
const ISSUES_MAX = 1_000;

/**
 * Compares what the rows ask for with what was done: expires holds past due, queues syncs whose job is lost or whose
 * taker died, and checks every counter against its newest movement and the open lines. `dry_run` changes nothing and
 * reports the same.
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
    if (!run || !(await startRun(database.prisma, runId))) return; // another worker has it, or it is done
    const started = performance.now();
    try {
      const report = await reconcile(context, { limit: run.limit, dryRun: run.dry_run });
      await finishRun(database.prisma, runId, report);
      const { issues, reservation_ids: _ids, ...numbers } = report;
      const fields = { run_id: runId, trigger, ...numbers, issues: issues.length };
      const level = issues.length > 0 ? 'error' : 'info';
      log[level]('reconcile.done', { ...fields, ms: Math.round(performance.now() - started) });
    } catch (error) {
      await failRun(database.prisma, runId, error instanceof Error ? error.message : String(error));
      throw error;
    }
  };

async function reconcile(
  context: WorkerContext,
  { limit, dryRun }: { limit: number; dryRun: boolean },
): Promise<RunReport> {
  const { database, producer } = context;
  const { ids } = await readDueHolds(database.prisma, limit);
  const expired = dryRun ? ids : await expireHolds(context, ids);
  const syncs = await readOverdueSyncs(database.prisma, { overdueMs: OVERDUE_MS, limit });
  if (!dryRun) await producer.enqueueSyncs(syncs);
  const issues = await findCounterIssues(database.prisma, ISSUES_MAX);
  return {
    scanned: ids.length + syncs.length,
    expired: expired.length,
    requeued_syncs: syncs.length,
    issues,
    reservation_ids: expired,
  };
}
