import { openDatabase, type Database } from '@holdfast/db';
import { escapeLiteral } from 'pg';
import { withProgress } from '../../../../scripts/bootstrap/progress.mjs';
import { showProgress } from '../../../../scripts/progress-bar.ts';
import { settleDatabase } from '../../bench-database.ts';
import { runRounds, subject, type Benchmark, type Measured } from '../../benchmark.ts';
import { fillStockHistory, LEVELS_PER_SKU } from '../../fill/stock-history.ts';
import { CAN_SETTLE } from '../../process-usage.ts';
import { explainPrepared, type QueryPlan } from '../../query-plan.ts';
import { medianOf, medianRatio, p50, p99, type Latencies } from '../../statistics.ts';
import { digits, nameColumn, NO_GOAL, paragraphs, table, verdict, whole } from '../../table.ts';
import { timeOperations, type Operation } from './operations.ts';
import {
  AVAILABILITY,
  availability,
  bareSelect,
  findKeys,
  lowStockPages,
  movementPages,
  READ,
  timeCalls,
  type CallTimes,
  type LowStockReading,
} from './readings.ts';

/** Availability of one SKU, as a multiple of the bare SELECT of its levels. */
const AVAILABILITY_TARGET = 5;
const ROUNDS = 5;

/** The yardstick is the least that the driver can do. */
export const reading: Benchmark = {
  name: 'reading',
  compares: 'reads, in process and over HTTP, with a bare SELECT of the levels of one SKU',
  async run(testbed, { rounds = ROUNDS, levels, 'movements-per-level': movementsPerLevel }) {
    const database = await testbed.createDatabase('bench_reading');
    const skus = Math.ceil(levels / LEVELS_PER_SKU);
    const total = skus * LEVELS_PER_SKU * movementsPerLevel;
    const progress = showProgress(`Writing ${whole(total)} movements`, total);
    await fillStockHistory(database.url, { skus, movementsPerLevel }, progress);
    const filled = await withProgress('Vacuuming and analysing', () => settleDatabase(database.url));

    const api = await testbed.startApp('api', { DATABASE_URL: database.url, ...CAN_SETTLE });
    const db = openDatabase(database.url, { poolMax: 1, applicationName: 'holdfast bench' });
    const keys = await findKeys(db, api.url, skus);
    const lowPages = lowStockPages(db, keys);
    const readings = [bareSelect(db, keys), availability(db, keys), ...lowPages, ...movementPages(db, keys)];
    const calls = readings.map((reading) =>
      subject(reading.name, (_seconds, round) => timeCalls(reading, api.url, round)),
    );
    await runRounds([{ subjects: calls }], { seconds: 1, rounds });
    const lowStockPlans: Record<string, QueryPlan> = {};
    for (const page of lowPages) lowStockPlans[page.name] = await explainLowStock(db, page);
    await db.close();
    const operations = await timeOperations(api);
    const about =
      `${whole(skus)} SKUs at two locations, ${whole(filled.reservations)} open holds, one SKU of 20 low (${filled.gigabytes.toFixed(1)} GB, written in the order of ` +
      'time; vacuumed and analysed). One API, one connection, one call after the other, each of another SKU; 500 calls of each kind in ' +
      `each of ${rounds} rounds, medians of the rounds. “In process” is the function that the route calls, ` +
      'through Prisma with prepared statements, as the bare SELECT is; multiples are of its p50 in the same round. Pages have up to 50 rows. ' +
      'What reads everything is asked for over HTTP: the median of three rounds in milliseconds, and the most that the RSS of the API had grown since it was at rest, with all garbage collected.';
    const size = `${whole(skus * LEVELS_PER_SKU)} levels and ${whole(filled.movements)} movements`;
    return {
      markdown: paragraphs(`## Reading among ${size}`, about, readingTable(calls, operations, lowStockPlans)),
      figures: { skus, ...filled, calls, lowStockPlans, operations },
    };
  },
};

function explainLowStock(db: Database, { afterSku, inProcess }: LowStockReading): Promise<QueryPlan> {
  return explainPrepared(db, () => inProcess(0), {
    containing: 'candidate.is_low',
    explain: 'EXPLAIN',
    parameters: `${escapeLiteral(afterSku)}, ${READ}`,
  });
}

interface Row {
  readonly name: string;
  readonly inProcess?: readonly Latencies[];
  readonly http?: readonly Latencies[];
  readonly operation?: Operation;
  readonly goal: string;
}

function readingTable(
  calls: readonly Measured<CallTimes>[],
  operations: readonly Operation[],
  plans: Readonly<Record<string, QueryPlan>>,
): string {
  const [bare = []] = calls.map(({ rounds }) => rounds.map(({ inProcess }) => inProcess));
  const multiple = (rounds: readonly Latencies[]) => medianRatio(rounds, bare, p50);
  const rows = [
    ...calls.map(({ name, rounds }): Row => {
      const inProcess = rounds.map(({ inProcess }) => inProcess);
      const http = rounds.flatMap(({ http }) => http ?? []);
      const isMet = multiple(inProcess) <= AVAILABILITY_TARGET;
      const goal =
        name === AVAILABILITY
          ? verdict(`at most ${AVAILABILITY_TARGET} in process`, isMet)
          : planVerdict(plans[name]);
      return { name, inProcess, ...(http.length > 0 && { http }), goal };
    }),
    ...operations.map((operation): Row => ({ name: operation.name, operation, goal: NO_GOAL })),
  ];
  return table(rows, [
    nameColumn,
    ['in process: p50 ms', ({ inProcess }) => inProcess && medianOf(inProcess, p50), digits(2)],
    ['p99 ms', ({ inProcess }) => inProcess && medianOf(inProcess, p99), digits(2)],
    ['multiple', ({ inProcess }) => inProcess && multiple(inProcess), digits(1)],
    [
      'over HTTP: p50 ms',
      ({ http, operation }) =>
        http ? medianOf(http, p50).toFixed(2) : operation && whole(operation.seconds * 1_000),
    ],
    ['p99 ms', ({ http }) => http && medianOf(http, p99), digits(2)],
    ['multiple', ({ http }) => http && multiple(http), digits(1)],
    ['memory, MB', ({ operation }) => operation && `+${Math.max(0, operation.growthMb).toFixed(0)}`],
    ['target', ({ goal }) => goal],
  ]);
}

function planVerdict(plan: QueryPlan | undefined): string {
  if (!plan) return NO_GOAL;
  const scanned = plan.scanned.filter((name) => name === 'skus' || name === 'stock_levels');
  const isMet = plan.indexes.includes('skus_low') && scanned.length === 0;
  const found = [...plan.indexes, ...scanned.map((table) => `all of ${table}`)].join(', ');
  return verdict(`by skus_low, nothing scanned (${found})`, isMet);
}
