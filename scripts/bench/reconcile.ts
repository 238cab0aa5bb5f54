/**
 * What a reconciliation run costs where there are many reservations: old ones that it must not look at, due ones of which it
 * takes as many as it may, and open ones that its check of the counters adds up.
 */
import { openDatabase, type Database } from '@holdfast/db';
import { createProducer, queueConnection } from '@holdfast/jobs';
import { createLogger } from '@holdfast/runtime';
import { withProgress } from '../bootstrap/progress.mjs';
import { showProgress } from '../progress-bar.ts';
import { say } from './measure.ts';
import { CAN_SETTLE, settledMemory, watchMemory } from './memory.ts';
import type { Options } from './options.ts';
import { fillDatabase, settleDatabase, type Filled } from './preload/fill.ts';
import { explainDueHolds, makeDueHolds, type DueHoldsPlan } from './reconcile/due-holds.ts';
import { fillOpenHolds } from './reconcile/open-holds.ts';
import { reconcile, type RunTimes } from './reconcile/runs.ts';
import { countTableReads, type TableReads } from './reconcile/table-reads.ts';
import type { Running, Stage } from './stage.ts';

/** Of so many reservations one is due, and a run may take a fifth of those. */
const RESERVATIONS_FOR_A_DUE_ONE = 200;
const RUNS_FOR_ALL = 5;
const RUNS_AMONG_OPEN_HOLDS = 3;

/** Nobody answers there. */
const NOWHERE = 'http://127.0.0.1:1';

export interface MeasuredRun extends RunTimes {
  /** The most that the worker's memory had grown since it was at rest. */
  readonly growthMb: number;
}

export interface ReconcileResult {
  readonly filled: Filled;
  readonly due: number;
  readonly limit: number;
  readonly plan: DueHoldsPlan;
  readonly runs: readonly MeasuredRun[];
  /** During the runs. */
  readonly reads: TableReads;
  /** Holds after the dry run. */
  readonly heldAfterDryRun: number;
  readonly openHolds: number;
  readonly amongOpenHolds: readonly MeasuredRun[];
}

export async function benchReconcile(stage: Stage, { preload }: Options): Promise<ReconcileResult> {
  const due = Math.ceil(preload / RESERVATIONS_FOR_A_DUE_ONE);
  const limit = Math.ceil(due / RUNS_FOR_ALL);
  const database = await stage.createDatabase('bench_reconcile');
  const old = showProgress(`Writing ${preload.toLocaleString('en')} old reservations`, preload);
  await fillDatabase(database.url, preload, old);
  await leaveWorkToReconcile(database.url);
  const settings = { DATABASE_URL: database.url, GATEWAY_URL: NOWHERE, ...CAN_SETTLE };
  const api = await stage.startApp('api', settings);
  const worker = await stage.startApp('worker', settings);
  const db = openDatabase(database.url, { poolMax: 1, applicationName: 'holdfast bench' });
  // Meanwhile the worker does the run of its start, and the first one of its schedule.
  const measure = await measurer(api, worker);

  await makeDueHolds(api.url, database.url, due);
  const filled = await withProgress('Vacuuming and analysing', () => settleDatabase(database.url));
  const plan = await explainDueHolds(db);
  const before = await countTableReads(db);
  const runs = [await measure('Dry run', { limit, dry_run: true })];
  const heldAfterDryRun = await countHeld(db);
  for (let n = 1; n <= RUNS_FOR_ALL; n += 1) runs.push(await measure(`Run ${n}`, { limit }));
  const after = await countTableReads(db);

  const open = showProgress(`Writing ${preload.toLocaleString('en')} open holds`, preload);
  await fillOpenHolds(database.url, preload, open);
  await withProgress('Vacuuming and analysing', () => settleDatabase(database.url));
  const openHolds = await countHeld(db);
  const amongOpenHolds: MeasuredRun[] = [];
  for (let n = 1; n <= RUNS_AMONG_OPEN_HOLDS; n += 1) {
    amongOpenHolds.push(await measure(`Among open holds ${n}`, { limit }));
  }
  for (const process of [worker, api]) await process.stop();
  await db.close();
  await database.drop();
  return {
    filled,
    due,
    limit,
    plan,
    runs,
    heldAfterDryRun,
    reads: {
      tableScans: after.tableScans - before.tableScans,
      reservationRows: after.reservationRows - before.reservationRows,
    },
    openHolds,
    amongOpenHolds,
  };
}

/** The jobs that would end due holds, or tell the warehouse, do not run: as if the queue had lost them. */
async function leaveWorkToReconcile(databaseUrl: string): Promise<void> {
  const log = createLogger('bench', 'warn');
  const producer = await createProducer(queueConnection({ databaseUrl, redisUrl: undefined }), { log });
  for (const queue of producer.boardQueues()) {
    if (queue.name === 'expiry' || queue.name === 'warehouse-sync') await queue.pause();
  }
  await producer.close();
}

/** Waits until the worker's memory stands still, and answers what measures a run. */
async function measurer(api: Running, worker: Running) {
  say('waiting until the memory of the worker stands still');
  const still = await settledMemory(worker.pid);
  return async (name: string, wishes: Parameters<typeof reconcile>[2]): Promise<MeasuredRun> => {
    const memory = watchMemory(worker.pid);
    const from = Date.now();
    const run = await reconcile(api.url, name, wishes);
    const growthMb = memory.peak(from, Date.now()).allMb - still.allMb;
    memory.stop();
    say(`${name}: ${run.seconds.toFixed(2)} s`);
    return { ...run, growthMb };
  };
}

async function countHeld({ prisma }: Database): Promise<number> {
  const [held] = await prisma.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count
    FROM reservations
    WHERE status = 'held'`;
  return held?.count ?? Number.NaN;
}
