import { queueStartupRun } from '@holdfast/reconciliation';
import { newId } from '@holdfast/ledger';
import type { WorkerContext } from '../context.ts';
import { USUAL_LIMIT } from './carry-out-run.ts';

/**
 * Workers of a fleet start one after the other. What one has looked at, the next need not look at again so
 * soon.
 */
const QUIET_MS = 30_000;

/**
 * Asks for a run because this worker starts: whatever was lost while there was none is found now, not at the
 * next time of the schedule. Only the row is written; upkeep's first look queues the job. Never throws.
 */
export async function askForStartupRun({ database, log }: WorkerContext): Promise<void> {
  try {
    await queueStartupRun(database.prisma, { id: newId(), limit: USUAL_LIMIT, quietMs: QUIET_MS });
  } catch (error) {
    log.warn('reconcile.startup_failed', { error });
  }
}
