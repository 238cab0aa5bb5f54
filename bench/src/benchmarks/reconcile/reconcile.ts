import { openDatabase } from '@holdfast/db';
import { withProgress } from '../../../../scripts/bootstrap/progress.mjs';
import { showProgress } from '../../../../scripts/progress-bar.ts';
import { settleDatabase } from '../../bench-database.ts';
import { say, type Benchmark } from '../../benchmark.ts';
import { fillOpenHolds } from '../../fill/open-holds.ts';
import { fillPastReservations } from '../../fill/past-reservations.ts';
import { CAN_SETTLE, memoryGrowth } from '../../process-usage.ts';
import { sum } from '../../statistics.ts';
import { digits, nameColumn, paragraphs, table, verdict, whole } from '../../table.ts';
import { NOWHERE, type Running, type Testbed } from '../../testbed.ts';
import {
  countHeld,
  countTableReads,
  explainDueHolds,
  leaveWorkToReconcile,
  makeDueHolds,
  runReconcile,
  type RunTimes,
} from './reconcile-runs.ts';

/** Of so many reservations one is due, and a run may take a fifth of those. */
const RESERVATIONS_FOR_A_DUE_ONE = 200;
const RUNS_FOR_ALL = 5;
const RUNS_AMONG_OPEN_HOLDS = 3;

interface MeasuredRun extends RunTimes {
  /** The most that the worker's memory had grown since it was at rest. */
  readonly growthMb: number;
}

/** Old reservations must not be looked at; of due ones a run takes as many as it may; it adds up open ones. */
export const reconcile: Benchmark = {
  name: 'reconcile',
  compares: 'reconciliation runs among old, due and open reservations',
  async run(testbed, { preload }) {
    const result = await measure(testbed, preload);
    return { markdown: render(result), figures: result };
  },
};

async function measure(testbed: Testbed, preload: number) {
  const due = Math.ceil(preload / RESERVATIONS_FOR_A_DUE_ONE);
  const limit = Math.ceil(due / RUNS_FOR_ALL);
  const database = await testbed.createDatabase('bench_reconcile');
  const settle = () => withProgress('Vacuuming and analysing', () => settleDatabase(database.url));
  const old = showProgress(`Writing ${whole(preload)} old reservations`, preload);
  await fillPastReservations(database.url, preload, old);
  await leaveWorkToReconcile(database.url);
  const settings = { DATABASE_URL: database.url, GATEWAY_URL: NOWHERE, ...CAN_SETTLE };
  const api = await testbed.startApp('api', settings);
  const worker = await testbed.startApp('worker', settings);
  const db = openDatabase(database.url, { poolMax: 1, applicationName: 'holdfast bench' });
  // Meanwhile the worker does the run of its start, and the first one of its schedule.
  const measureRun = await runMeasurer(api, worker);

  await makeDueHolds(api.url, db, due);
  const filled = await settle();
  const plan = await explainDueHolds(db);
  const before = await countTableReads(db);
  const runs = [await measureRun('Dry run', { limit, dry_run: true })];
  const heldAfterDryRun = await countHeld(db);
  for (let n = 1; n <= RUNS_FOR_ALL; n += 1) runs.push(await measureRun(`Run ${n}`, { limit }));
  const after = await countTableReads(db);

  const open = showProgress(`Writing ${whole(preload)} open holds`, preload);
  await fillOpenHolds(database.url, preload, open);
  await settle();
  const openHolds = await countHeld(db);
  const amongOpenHolds: MeasuredRun[] = [];
  for (let n = 1; n <= RUNS_AMONG_OPEN_HOLDS; n += 1) {
    amongOpenHolds.push(await measureRun(`Among open holds ${n}`, { limit }));
  }
  await db.close();
  const reads = {
    tableScans: after.tableScans - before.tableScans,
    reservationRows: after.reservationRows - before.reservationRows,
  };
  return { filled, due, limit, plan, runs, heldAfterDryRun, reads, openHolds, amongOpenHolds };
}

/** Waits until the worker's memory is stable. @returns what measures a run */
async function runMeasurer(api: Running, worker: Running) {
  say('waiting until the memory of the worker is stable');
  const growthDuring = await memoryGrowth(worker.pid);
  return async (name: string, body: Parameters<typeof runReconcile>[2]): Promise<MeasuredRun> => {
    const { result: run, growthMb } = await growthDuring(() => runReconcile(api.url, name, body));
    say(`${name}: ${run.seconds.toFixed(2)} s`);
    return { ...run, growthMb };
  };
}

function render(result: Awaited<ReturnType<typeof measure>>): string {
  const { filled, due, limit, plan, runs, reads, heldAfterDryRun, openHolds, amongOpenHolds } = result;
  const [dry, ...real] = runs;
  const looked = sum(runs.map(({ scanned }) => scanned));
  const isDry = heldAfterDryRun === due && dry?.expired === real[0]?.expired;
  const isByIndex =
    plan.scanned.length === 0 && plan.indexes.every((name) => name.startsWith('reservations_due'));
  const verdicts = [
    verdict(
      `\`dry_run\` changes nothing (${whole(heldAfterDryRun)} held after it), and reports what the first run does`,
      isDry,
    ),
    verdict(
      `\`limit: ${limit}\` takes ${whole(limit)} each time`,
      real.every(({ expired }) => expired === limit),
    ),
    verdict(
      `Due holds are read by index: ${plan.indexes.join(', ')}; ${whole(plan.pages)} pages for 500 of them`,
      isByIndex,
    ),
    verdict(
      `Nothing is read whole: ${whole(reads.tableScans)} scans of reservations, lines or allocations in ${runs.length} runs, which looked at ${whole(looked)} holds and fetched ${whole(reads.reservationRows)} rows of reservations by index, the ledger’s work and the open lines included`,
      reads.tableScans === 0,
    ),
  ];
  return paragraphs(
    `## Reconcile over ${whole(filled.reservations)} reservations, of which ${whole(due)} are due`,
    `${filled.gigabytes.toFixed(1)} GB, vacuumed and analysed. One API and one worker, queues in PostgreSQL; the jobs that would end due ` +
      `holds or tell the warehouse are paused, so that all of it is left to reconcile. “Answered” is the call that asks for a run; a ` +
      'run lasts from its start to its end by the database’s clock. Memory is the most that the RSS of the worker had grown since it ' +
      `was at rest. Then ${whole(openHolds)} open holds were added, and a run has all of their lines to add up.`,
    table(
      [...runs, ...amongOpenHolds],
      [
        nameColumn,
        ['answered, ms', ({ answeredMs }) => answeredMs, digits(0)],
        ['run, s', ({ seconds }) => seconds, digits(2)],
        ['looked at', ({ scanned }) => scanned],
        ['expired', ({ expired }) => expired],
        ['syncs queued', ({ requeuedSyncs }) => requeuedSyncs],
        ['memory, MB', ({ growthMb }) => `+${Math.max(0, growthMb).toFixed(0)}`],
      ],
    ),
    verdicts.map((each) => `- ${each}`).join('\n'),
    'How due holds are read:',
    `\`\`\`\n${plan.text}\n\`\`\``,
  );
}
