import { stockUp } from '../api-calls.ts';
import { runRounds, type Benchmark, type Measured, type Subject } from '../benchmark.ts';
import { closedLoop, loadSubject, openLoop, type LoadFigures } from '../load/load-figures.ts';
import type { TimedOrder } from '../load/load-generator.ts';
import { keyed } from '../load/loads.ts';
import {
  availabilityOfSkus,
  confirms,
  prepareHolds,
  readsOfOne,
  releases,
  sameOnAll,
  type Call,
} from '../load/reservation-calls.ts';
import { medianOf, medianRatio, p50, p99 } from '../statistics.ts';
import {
  cpuTable,
  digits,
  latencyColumns,
  nameColumn,
  NO_GOAL,
  paragraphs,
  table,
  verdict,
  whole,
  type Column,
} from '../table.ts';
import { settle } from '../testbed.ts';

const PER_SECOND = 1_000;
const ROUNDS = 3;
const OPEN_LOOP_LONGER = 2.5;
/** Only while holds are prepared. */
const PREPARING_CONNECTIONS = 32;

/** At most so many times the bare INSERT's p50. */
interface Goals {
  readonly of: 'p50' | 'p99';
  readonly target: number;
  readonly aim?: number;
}

const CREATE: Goals = { of: 'p50', target: 3, aim: 2 };
const VERB: Goals = { of: 'p50', target: 3 };
const READ: Goals = { of: 'p50', target: 1.2 };
const OPEN_LOOP: Goals = { of: 'p99', target: 15 };

interface Row {
  readonly subject: Subject<LoadFigures>;
  readonly goals?: Goals;
}

/** The yardstick is the least that PostgreSQL can do: one INSERT of one row on the same server. */
export const latency: Benchmark = {
  name: 'latency',
  compares: 'milliseconds of each call with those of a bare one-row INSERT',
  isUsual: true,
  async run(testbed, { seconds, rounds = ROUNDS }) {
    const database = await testbed.createDatabase('bench_latency');
    const settings = { DATABASE_URL: database.url };
    const server = await testbed.startApp('api', settings);
    const gateway = await testbed.startApp('gateway-sim', {});
    const worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
    await stockUp(server.url);
    await settle();

    const measured = (name: string, orderOf: (seconds: number) => TimedOrder | Promise<TimedOrder>) =>
      loadSubject(testbed, name, () => ({ server, worker }), orderOf);
    const bare = measured('Bare INSERT', (seconds) => ({
      kind: 'bare-inserts',
      databaseUrl: database.url,
      seconds,
    }));
    const oneByOne = (name: string, { loadOn }: Call) =>
      measured(name, async (seconds) => closedLoop(await loadOn(database), server.url, 1, seconds));
    const openLoopSeconds = seconds * OPEN_LOOP_LONGER;
    const paced = measured(`Create with a key, ${whole(PER_SECOND)} a second`, () =>
      openLoop(keyed, server.url, PER_SECOND, openLoopSeconds),
    );
    const rows: readonly Row[] = [
      { subject: bare },
      { subject: oneByOne('Create with a key', sameOnAll(keyed)), goals: CREATE },
      { subject: oneByOne(confirms.name, confirms), goals: VERB },
      { subject: oneByOne(releases.name, releases), goals: VERB },
      { subject: oneByOne(readsOfOne.name, readsOfOne), goals: READ },
      { subject: oneByOne('Availability of one SKU', sameOnAll(availabilityOfSkus)), goals: READ },
      { subject: paced, goals: OPEN_LOOP },
    ];
    await prepareHolds(testbed, server.url, PREPARING_CONNECTIONS);
    await runRounds([{ subjects: rows.map(({ subject }) => subject) }], { seconds, rounds });
    const shown = rows.map(({ subject: { name, rounds }, goals }) => {
      const multiples = {
        p50: medianRatio(rounds, bare.rounds, p50),
        p99: medianRatio(rounds, bare.rounds, p99, p50),
      };
      return { name, rounds, goals, multiples, multiple: multiples[goals?.of ?? 'p50'] };
    });
    const lateMs = medianOf(paced.rounds, ({ sentLateP99Ms }) => sentLateP99Ms ?? Number.NaN);
    const markdown = paragraphs(
      '## Latency',
      `${rounds} rounds with the worker running, over 1,000 SKUs. The bare INSERT is one prepared statement of pg that inserts one row ` +
        `and commits itself, one after the other on one connection for ${seconds} s. Each call likewise: one connection, one after the ` +
        `other, ${seconds} s. The steady rate is ${whole(PER_SECOND)} creates a second for ${openLoopSeconds} s, sent when due and counted from ` +
        "then, answered or not. Medians of the rounds, but the worst maximum; multiples are of the bare INSERT's p50 in the same round.",
      latencyTable(shown),
      `Of the latencies at ${whole(PER_SECOND)} a second, up to ${lateMs.toFixed(2)} ms at the 99th percentile is the generator's own lateness in sending.`,
      cpuTable(shown),
    );
    return { markdown, figures: { seconds, rows: shown } };
  },
};

interface Shown extends Measured<LoadFigures> {
  readonly goals: Goals | undefined;
  readonly multiples: Readonly<Record<Goals['of'], number>>;
  /** The one that the goals are about. */
  readonly multiple: number;
}

const goalColumn = (name: 'target' | 'aim'): Column<Shown> => [
  name,
  ({ goals, multiple }) => {
    const most = goals?.[name];
    if (!goals || most === undefined) return NO_GOAL;
    return verdict(`${goals.of} at most ${most}x`, multiple <= most);
  },
];

const latencyTable = (rows: readonly Shown[]): string =>
  table(rows, [
    nameColumn,
    ...latencyColumns(digits(2)),
    ['p50, multiple', ({ multiples }) => multiples.p50, digits(2)],
    ['p99, multiple', ({ multiples }) => multiples.p99, digits(2)],
    goalColumn('target'),
    goalColumn('aim'),
  ]);
