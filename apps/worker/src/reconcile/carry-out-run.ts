import { type Queryable } from '@holdfast/db';
import {
  foretellExpiry,
  keepRun,
  reportProgress,
  type RunReport,
  type TakenRun,
} from '@holdfast/reconciliation';
import { inExpiryTurn, readDueHolds, type DueHold } from '@holdfast/reservations';
import { findCounterIssues } from '@holdfast/stock';
import { readOverdueSyncs } from '@holdfast/warehouse';
import type { WorkerContext } from '../context.ts';
import { expireHolds, type Expired } from '../expire-holds.ts';
import { frontMaxOf } from '../jobs/queue-syncs.ts';

/**
 * A worker that has sent no heartbeat for so long has lost its run: three statements that each ran into their
 * limit of 5 s. If that worker still runs, its changes are guarded by rows, and its report is not accepted.
 */
export const HEARTBEAT_MS = 15_000;

/** How many rows a scheduled run takes at most. */
export const USUAL_LIMIT = 1_000;

/** A heartbeat is a write; between short chunks one a second is enough. */
const KEEP_EVERY_MS = 1_000;

/** Holds or syncs in one chunk. The ledger makes a few batches of 500 holds. */
const CHUNK = 500;

/** When many holds are late, another worker's turn takes 10 s. The run waits for several such turns. */
const TURN_WAIT_MS = 1_000;
const TURN_TRIES_MAX = 45;

/** Issues that a report names. If there are more, the first thousand are enough to find the cause. */
const ISSUES_MAX = 1_000;

/** This worker must not continue the run: another has taken it over, or this one stops. */
export class RunInterrupted extends Error {
  override name = 'RunInterrupted';
}

type Sync = Awaited<ReturnType<typeof readOverdueSyncs>>[number];

/** A run under way: its request, and its findings so far. */
interface Work {
  readonly context: WorkerContext;
  readonly run: TakenRun;
  readonly stopping: AbortSignal;
  readonly errors: string[];
  report: RunReport;
  keptAt: number;
}

const NOTHING_YET: RunReport = { scanned: 0, expired: 0, requeued_syncs: 0, issues: [], reservation_ids: [] };

/**
 * Does the work of a run: expires due holds, queues syncs whose job is lost or whose worker died, and
 * compares all counters. Holds and syncs together are no more than the run's limit; holds go first, because
 * their stock could be sold. A step that fails does not keep the next one from its work.
 *
 * It continues from the last report of a worker that has stopped, which may lack part of the last chunk. A
 * dry run, which leaves all as it is, begins again.
 *
 * Comparing all counters takes 12 s of the 300 s between two runs with 1,000,000 open holds, and 0.2 s with
 * 20,000. Comparing a part would cost as much: which levels a hold has is known only when it has been read.
 *
 * @throws {RunInterrupted}
 */
export async function carryOut(
  context: WorkerContext,
  run: TakenRun,
  stopping: AbortSignal,
): Promise<{ report: RunReport; error: string | null }> {
  const report = run.dryRun ? NOTHING_YET : run.report;
  const work: Work = { context, run, stopping, errors: [], report, keptAt: performance.now() };
  // Before holds expire: the new syncs of expiries must not count as overdue, even if this run takes long.
  const syncs = (await step(work, 'syncs', () => readSyncs(work))) ?? [];
  await step(work, 'holds', () => expireWhatIsDue(work));
  await step(work, 'syncs', () => requeue(work, syncs));
  await step(work, 'counters', () => compareCounters(work));
  return { report: work.report, error: work.errors.length > 0 ? work.errors.join('; ') : null };
}

/** @returns undefined: the step failed */
async function step<Result>(
  { errors }: Work,
  name: string,
  does: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await does();
  } catch (error) {
    if (error instanceof RunInterrupted) throw error;
    errors.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const budgetOf = ({ run, report }: Work): number => Math.max(0, run.limit - report.scanned);

const readSyncs = (work: Work): Promise<readonly Sync[]> =>
  readOverdueSyncs(work.context.database.prisma, Math.min(budgetOf(work), frontMaxOf(work.context.config)));

/** In its turn (expiry-turn-store.ts), or without one if others keep it too long: a hold ends only once. */
async function expireWhatIsDue(work: Work): Promise<void> {
  const { context, run } = work;
  const { database } = context;
  if (run.dryRun) {
    const foretell = foretellExpiry(database.prisma);
    return readWhatIsDue(work, database.prisma, async (holds) => ({
      ids: await foretell(holds.map(({ id }) => id)),
      error: null,
    }));
  }
  const expire = (holds: readonly DueHold[]) => expireHolds(context, holds);
  for (let tries = 1; tries <= TURN_TRIES_MAX; tries += 1) {
    const isDone = await inExpiryTurn(database, TURN_WAIT_MS, async (tx) => {
      await readWhatIsDue(work, tx, expire);
      return true;
    });
    if (isDone) return;
    await keep(work);
  }
  await readWhatIsDue(work, database.prisma, expire);
}

async function readWhatIsDue(
  work: Work,
  db: Queryable,
  expire: (holds: readonly DueHold[]) => Promise<Expired>,
): Promise<void> {
  let after: DueHold | null = null;
  for (let size = chunkOf(work); size > 0; size = chunkOf(work)) {
    const { holds }: { holds: readonly DueHold[] } = await readDueHolds(db, size, after);
    const { ids, error } = await expire(holds);
    await progress(work, {
      scanned: work.report.scanned + holds.length,
      expired: work.report.expired + ids.length,
      reservation_ids: [...work.report.reservation_ids, ...ids],
    });
    if (error) throw error;
    if (holds.length < size) break;
    after = holds.at(-1) ?? null;
  }
}

const chunkOf = (work: Work): number => Math.min(CHUNK, budgetOf(work));

async function requeue(work: Work, overdue: readonly Sync[]): Promise<void> {
  const { context, run } = work;
  const syncs = overdue.slice(0, budgetOf(work));
  for (let start = 0; start < syncs.length; start += CHUNK) {
    const chunk = syncs.slice(start, start + CHUNK);
    if (!run.dryRun) await context.producer.enqueueSyncs(chunk);
    await progress(work, {
      scanned: work.report.scanned + chunk.length,
      requeued_syncs: work.report.requeued_syncs + chunk.length,
    });
  }
}

async function compareCounters(work: Work): Promise<void> {
  const issues = await findCounterIssues(work.context.database, ISSUES_MAX, () => keep(work));
  work.report = { ...work.report, issues };
}

/** Stores the progress, so that a worker that takes the run over continues from here. */
async function progress(work: Work, done: Partial<RunReport>): Promise<void> {
  const { context, run } = work;
  work.report = { ...work.report, ...done };
  heard(work, await reportProgress(context.database.prisma, run, work.report, HEARTBEAT_MS));
}

async function keep(work: Work): Promise<void> {
  const { context, run, stopping, keptAt } = work;
  if (!stopping.aborted && performance.now() - keptAt < KEEP_EVERY_MS) return;
  heard(work, await keepRun(context.database.prisma, run, HEARTBEAT_MS));
}

function heard(work: Work, isOurs: boolean): void {
  if (!isOurs) throw new RunInterrupted('another worker has taken the run over');
  if (work.stopping.aborted) throw new RunInterrupted('the worker stops');
  work.keptAt = performance.now();
}
