import { finishRun, giveRunBack, queueRun, takeNextRun, type TakenRun } from '@holdfast/reconciliation';
import { RetryLater, WorkFailed, type JobHandler } from '@holdfast/jobs';
import { newId } from '@holdfast/ledger';
import type { WorkerContext } from '../context.ts';
import { carryOut, HEARTBEAT_MS, RunInterrupted, USUAL_LIMIT } from '../reconcile/carry-out-run.ts';

/**
 * Does the runs that wait, one after the other, until none is left. Rows decide which run is next, and that
 * only one is under way, as a queue may be flushed or deliver a job twice. A job that starts while another
 * worker has a run ends at once; should that worker die, the timer of each worker looks for the next
 * (upkeep.ts).
 */
export const reconcileStale =
  (context: WorkerContext): JobHandler<'reconcile-stale'> =>
  async ({ run_id: requested, trigger }, { stopping }) => {
    const { prisma } = context.database;
    if (requested === null)
      await queueRun(prisma, { id: newId(), trigger, dryRun: false, limit: USUAL_LIMIT });
    const failedIds: string[] = [];
    for (;;) {
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
      const run = await takeNextRun(prisma, HEARTBEAT_MS);
      if (!run) break;
      if (!(await carryOutAndFinish(context, run, stopping))) failedIds.push(run.id);
    }
    if (failedIds.length === 0) return;
    throw new WorkFailed(`failed runs: ${failedIds.join(', ')}`, { failed_run_ids: failedIds });
  };

/** @returns false: the run has failed */
async function carryOutAndFinish(
  context: WorkerContext,
  run: TakenRun,
  stopping: AbortSignal,
): Promise<boolean> {
  const { database, log, metrics } = context;
  const started = performance.now();
  const named = { run_id: run.id, trigger: run.trigger, taking: run.taking };
  try {
    const { report, error } = await carryOut(context, run, stopping);
    if (!(await finishRun(database.prisma, run, report, error)))
      throw new RunInterrupted('another worker has taken the run over');
    const ms = Math.round(performance.now() - started);
    metrics.reconcileRuns.inc({ trigger: run.trigger, status: error === null ? 'succeeded' : 'failed' });
    metrics.reconcileSeconds.observe(ms / 1_000);
    const { issues, reservation_ids: _ids, ...numbers } = report;
    const fields = { ...named, ...numbers, issues: issues.length, ...(error ? { error } : {}), ms };
    log[error || issues.length > 0 ? 'error' : 'info']('reconcile.done', fields);
    return error === null;
  } catch (error) {
    if (!(error instanceof RunInterrupted)) throw error;
    log.warn('reconcile.interrupted', { ...named, reason: error.message });
    if (stopping.aborted) await giveRunBack(database.prisma, run);
    return true;
  }
}
