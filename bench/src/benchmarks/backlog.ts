import { eventually } from '@holdfast/testing';
import { withProgress } from '../../../scripts/bootstrap/progress.mjs';
import { showProgress } from '../../../scripts/progress-bar.ts';
import { stockUp } from '../api-calls.ts';
import { settleDatabase, type BenchDatabase } from '../bench-database.ts';
import { runRounds, subject, type Benchmark } from '../benchmark.ts';
import { countWaitingSyncs, endWaitingSyncs, fillConfirmedOrders } from '../fill/confirmed-orders.ts';
import { closedLoop, measureLoad, type LoadFigures } from '../load/load-figures.ts';
import { pairsTable, withShare } from '../load/load-shares.ts';
import { keyed } from '../load/loads.ts';
import { confirms, prepareHolds, readsOfOne, sameOnAll, type Call } from '../load/reservation-calls.ts';
import { medianOf } from '../statistics.ts';
import { cpuTable, paragraphs, whole } from '../table.ts';
import { settle, type Running, type Testbed } from '../testbed.ts';

/** With the backlog, as a share of without. */
const TARGET = 0.9;
/** Creates come first: each round confirms what it has made. */
const CALLS: readonly Call[] = [sameOnAll(keyed), confirms, readsOfOne];
const ROUNDS = 3;
const SENDS_WITHIN_MS = 60_000;

/** An API with a database of its own. Its worker runs only while it is measured. */
interface Side {
  readonly name: string;
  readonly database: BenchDatabase;
  readonly api: Running;
  /** What the loads have left is ended before each of them. */
  readonly hasBacklog: boolean;
}

interface Figures extends LoadFigures {
  /** Syncs that waited when the load began. */
  readonly waiting: number;
}

/** Whether the service slows down while the gateway is behind. */
export const backlog: Benchmark = {
  name: 'backlog',
  compares: 'calls a second while many warehouse syncs wait with those while none waits',
  async run(testbed, { seconds, connections, rounds = ROUNDS, syncs }) {
    const gateway = await testbed.startApp('gateway-sim', {});
    const sides = [
      await openSide(testbed, { name: 'none waits', syncs, hasBacklog: false }),
      await openSide(testbed, { name: 'backlog', syncs, hasBacklog: true }),
    ] as const;
    for (const { api } of sides) await prepareHolds(testbed, api.url, connections);

    const measured = (call: Call, side: Side) =>
      subject(
        `${call.name}, ${side.name}`,
        (seconds) => measureWithWorker(testbed, { call, side, gateway, connections, seconds }),
        ({ perSecond, waiting }) => `${whole(perSecond)}/s, ${whole(waiting)} syncs waited`,
      );
    const pairs = CALLS.map((call) => ({
      name: call.name,
      base: measured(call, sides[0]),
      other: measured(call, sides[1]),
    }));
    const comparisons = pairs.map(({ base, other }) => ({ subjects: [base, other] }));
    await runRounds(comparisons, { seconds, rounds });

    const rows = pairs.map(withShare);
    const waiting = medianOf(
      pairs.flatMap(({ other }) => other.rounds),
      ({ waiting }) => waiting,
    );
    const markdown = paragraphs(
      `## While ${whole(syncs)} syncs wait`,
      `Two APIs on two databases of one PostgreSQL, each with ${whole(syncs)} confirmed orders: in one of them their syncs have succeeded, in ` +
        `the other one they wait (${whole(waiting)} of them and of later ones, in the median of the loads). What the loads leave to the first is ended ` +
        `before each load. The worker of the API that is measured runs and sends at the gateway's rate. ${connections} connections, ` +
        `${seconds} s for each load in each of ${rounds} rounds. All figures are medians of the rounds.`,
      pairsTable(rows, [sides[0].name, sides[1].name], TARGET),
      cpuTable(rows.flatMap(({ base, other }) => [base, other])),
    );
    return { markdown, figures: { connections, seconds, syncs, rows } };
  },
};

async function openSide(
  testbed: Testbed,
  { name, syncs, hasBacklog }: Pick<Side, 'name' | 'hasBacklog'> & { readonly syncs: number },
): Promise<Side> {
  const database = await testbed.createDatabase(hasBacklog ? 'bench_backlog' : 'bench_no_backlog');
  const api = await testbed.startApp('api', { DATABASE_URL: database.url });
  await stockUp(api.url);
  const progress = showProgress(`Writing ${whole(syncs)} confirmed orders, ${name}`, syncs);
  await fillConfirmedOrders(database.url, { count: syncs, areWaiting: hasBacklog }, progress);
  await withProgress('Vacuuming and analysing', () => settleDatabase(database.url));
  return { name, database, api, hasBacklog };
}

interface Measurement {
  readonly call: Call;
  readonly side: Side;
  readonly gateway: Running;
  readonly connections: number;
  readonly seconds: number;
}

async function measureWithWorker(
  testbed: Testbed,
  { call, side: { database, api, hasBacklog }, gateway, connections, seconds }: Measurement,
): Promise<Figures> {
  if (!hasBacklog) await endWaitingSyncs(database.url);
  const waiting = await countWaitingSyncs(database.url);
  const load = await call.loadOn(database);
  const worker = await testbed.startApp('worker', { DATABASE_URL: database.url, GATEWAY_URL: gateway.url });
  try {
    if (hasBacklog) {
      // A worker that sends is part of what a backlog costs.
      await eventually(async () => (await countWaitingSyncs(database.url)) < waiting, {
        timeoutMs: SENDS_WITHIN_MS,
      });
    }
    await settle();
    const figures = await measureLoad(
      testbed,
      { server: api, worker },
      closedLoop(load, api.url, connections, seconds),
    );
    return { ...figures, waiting };
  } finally {
    await worker.stop();
  }
}
