import { readOldestNoteSeconds } from '@holdfast/events';
import { readNextRun } from '@holdfast/reconciliation';
import { readNextDueTime } from '@holdfast/reservations';
import { readOpenImports, readSkusToGrant, readSkusToReview } from '@holdfast/stock';
import { hasSyncsInLine, reportGatewayDown, reportGatewayLimit } from '@holdfast/warehouse';
import type { JobName } from '@holdfast/jobs';
import type { WorkerContext } from './context.ts';

/** Short enough that a queue which lost everything delays a hold by no more than this. */
const UPKEEP_EVERY_MS = 5_000;

const IMPORTS_MAX = 10;
const SKUS_MAX = 500;

export type Upkeep = ReturnType<typeof startUpkeep>;

/**
 * Queues missing jobs from rows: the schedules, the next expiry, waiting syncs, events, runs, imports and
 * reviews, and grants for the waiting line. The queue may lose any job, so each worker has a plain timer for
 * this. A job that is queued twice runs once.
 */
export function startUpkeep(context: WorkerContext) {
  const { log } = context;
  let running: Promise<void> | undefined;
  /** Looks now, in addition to the timer: at start and after a reconnect. Never throws. */
  const now = (): Promise<void> => {
    running ??= ensureJobs(context)
      .catch((error: unknown) => log.warn('upkeep.failed', { error }))
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  const timer = setInterval(() => void now(), UPKEEP_EVERY_MS);
  return {
    now,
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Until the next looks of this worker, and some more. */
const GATEWAY_DOWN_MS = 3 * UPKEEP_EVERY_MS;

async function ensureJobs({ config, database, gateway, producer, sinks }: WorkerContext): Promise<void> {
  await producer.scheduleReconcile(config.reconcileEverySeconds);
  await producer.schedulePurge(config.retention.everySeconds);
  const { now, dueAt } = await readNextDueTime(database.prisma);
  if (dueAt !== null) await producer.ensureExpiryJobs([dueAt], now);
  const askAgain = async (name: JobName, ids: readonly string[], ask: () => Promise<void> | void) => {
    if (ids.length === 0) return;
    await producer.dropStranded(name, ids);
    await ask();
  };
  const haveTurns = await hasSyncsInLine(database.prisma);
  await askAgain('queue-syncs', haveTurns ? ['queue-syncs'] : [], () => producer.wakeSyncLine());
  const isUnpublished = (await readOldestNoteSeconds(database.prisma)) !== null;
  await askAgain('publish-events', isUnpublished ? ['publish-events'] : [], () => producer.wakePublisher());
  const behind = await sinks.withWork();
  await askAgain('publish-to-sink', behind, () => producer.wakeSinks(behind));
  const run = await readNextRun(database.prisma);
  if (run) {
    const payload = { run_id: run.id, trigger: run.trigger };
    await askAgain('reconcile-stale', [run.id], async () => void (await producer.enqueueReconcile(payload)));
  }
  for (const importId of await readOpenImports(database.prisma, IMPORTS_MAX)) {
    await askAgain('import-stock', [importId], () => producer.enqueueImport(importId));
  }
  const toGrant = await readSkusToGrant(database.prisma, { limit: SKUS_MAX });
  await askAgain(
    'grant-waiting',
    toGrant.map((sku) => `grant-${sku}`),
    () => producer.enqueueGrants(toGrant),
  );
  const isToReview = (await readSkusToReview(database.prisma, 1)).length > 0;
  await askAgain('review-stock', isToReview ? ['review-stock'] : [], () => producer.enqueueStockReview());
  await reportGatewayLimit(database.prisma, config.gateway.ratePerSecond);
  if (gateway.standing().isDown) await reportGatewayDown(database.prisma, GATEWAY_DOWN_MS);
}
