import { setTimeout as pause } from 'node:timers/promises';
import { withSession } from '@holdfast/testing';
import { callApi, stockUp } from '../api-calls.ts';
import { runRounds, subject, type Benchmark, type Measured } from '../benchmark.ts';
import { closedLoop, measureLoad, perSecond, type LoadFigures } from '../load/load-figures.ts';
import { keyedHotSku } from '../load/loads.ts';
import { API, GENERATOR, POSTGRES, type CpuSeconds } from '../process-usage.ts';
import { medianRatio, p50, p99, sum } from '../statistics.ts';
import { cpuTable, digits, medianColumn, nameColumn, NO_GOAL, paragraphs, table, verdict } from '../table.ts';
import type { Running, Testbed } from '../testbed.ts';

const COUNTS = [1, 2, 4];
const ONE = 'One API';
const ROUNDS = 3;
/** Of what one API answers in a second. */
const TARGET = 1;
/** Each API takes up the SKU where others have left it. */
const SETTLE_SECONDS = 1;
const LOOK_EVERY_MS = 100;

/** All APIs together. */
interface Figures extends LoadFigures {
  readonly commandsPerBatch: number;
  readonly transactionMs: number;
  /** For each 1,000 answers: batches that began again because another API was faster, and tries that failed. */
  readonly overtaken: number;
  readonly failedTries: number;
  /** Sessions that waited for a lock, on average. */
  readonly sessionsWaiting: number;
}

/** What several ledgers cost that lock the same row. */
export const apis: Benchmark = {
  name: 'apis',
  compares: 'reservations a second of one hot SKU through two and four APIs with those through one',
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const database = await testbed.createDatabase('bench_apis');
    const running: Running[] = [];
    while (running.length < Math.max(...COUNTS)) {
      running.push(await testbed.startApp('api', { DATABASE_URL: database.url }));
    }
    await stockUp(running[0]?.url ?? '');
    const subjects = COUNTS.map((count) =>
      subject(
        count === 1 ? ONE : `${count} APIs`,
        (seconds) =>
          measureApis(testbed, database.url, { apis: running.slice(0, count), connections, seconds }),
        ({ perSecond, overtaken }) => `${perSecond.toFixed(0)}/s, ${overtaken.toFixed(1)} overtaken`,
      ),
    );
    await runRounds([{ subjects }], { seconds, rounds });
    const [one] = subjects;
    const rows = subjects.map(({ name, rounds }) => ({
      name,
      rounds,
      share: medianRatio(rounds, one?.rounds ?? [], perSecond),
    }));
    return {
      markdown: paragraphs(
        '## Several APIs, one hot SKU',
        `Creates with a key of one SKU, ${connections} connections over all APIs together, ${seconds} s for each number of APIs in each of ` +
          `${rounds} rounds, no worker. A share is of one API in the same round. Overtaken batches, which began again because what they had ` +
          'read was changed before they had locked it, and tries that failed are for each 1,000 answers. Sessions that wait for a lock are an ' +
          'average of looks at pg_stat_activity. All figures are medians of the rounds.',
        apisTable(rows),
        cpuTable(rows, [API, POSTGRES, GENERATOR]),
      ),
      figures: { connections, seconds, rows },
    };
  },
};

interface Measurement {
  readonly apis: readonly Running[];
  readonly connections: number;
  readonly seconds: number;
}

async function measureApis(
  testbed: Testbed,
  databaseUrl: string,
  { apis, connections, seconds }: Measurement,
): Promise<Figures> {
  const [server, ...furtherApis] = apis;
  if (!server) throw new Error('no API is to be measured');
  const furtherUrls = furtherApis.map(({ url }) => url);
  const load = { ...keyedHotSku, furtherUrls };
  const others = Object.fromEntries(furtherApis.map((api, index) => [`${API} ${index + 2}`, api]));
  await testbed.generator.run(closedLoop(load, server.url, connections, SETTLE_SECONDS));
  const before = await readLedgers(apis);
  const order = closedLoop(load, server.url, connections, seconds);
  const [figures, sessionsWaiting] = await countLockWaits(databaseUrl, () =>
    measureLoad(testbed, { server, others }, order),
  );
  const after = await readLedgers(apis);
  const grown = (name: Counter) => after[name] - before[name];
  const perThousand = (name: Counter) => (grown(name) / figures.count) * 1_000;
  return {
    ...figures,
    cpu: allApisTogether(figures.cpu),
    commandsPerBatch: grown('batch_commands_sum') / grown('batch_commands_count'),
    transactionMs: (grown('transaction_seconds_sum') / grown('transaction_seconds_count')) * 1_000,
    overtaken: perThousand('overtaken_total'),
    failedTries: perThousand('failed_tries_total'),
    sessionsWaiting,
  };
}

function allApisTogether(cpu: CpuSeconds): CpuSeconds {
  const apis = Object.entries(cpu).filter(([name]) => name.startsWith(API));
  return { ...cpu, [API]: sum(apis.map(([, seconds]) => seconds)) };
}

/** Of `holdfast_ledger_*` in the metrics of an API. */
const COUNTERS = [
  'batch_commands_sum',
  'batch_commands_count',
  'transaction_seconds_sum',
  'transaction_seconds_count',
  'overtaken_total',
  'failed_tries_total',
] as const;
type Counter = (typeof COUNTERS)[number];

/** @returns the sums over all APIs and labels */
async function readLedgers(apis: readonly Running[]): Promise<Readonly<Record<Counter, number>>> {
  const texts = await Promise.all(apis.map(({ url }) => callApi(url, 'GET', '/metrics')));
  const read = (name: Counter) => {
    const samples = texts
      .join('\n')
      .matchAll(new RegExp(`^holdfast_ledger_${name}(?:\\{.*\\})? (\\S+)$`, 'gm'));
    return sum([...samples].map(([, value]) => Number(value)));
  };
  return Object.fromEntries(COUNTERS.map((name) => [name, read(name)])) as Record<Counter, number>;
}

/** Looks ten times a second. @returns what came of the work, and how many sessions waited for a lock on average */
function countLockWaits<Result>(
  databaseUrl: string,
  work: () => Promise<Result>,
): Promise<readonly [Result, number]> {
  return withSession(databaseUrl, async (session) => {
    const waiting: number[] = [];
    const working = work();
    const isDone = () => Promise.race([working.then(() => true), pause(LOOK_EVERY_MS, false)]);
    while (!(await isDone())) {
      const { rows } = await session.query<{ waiting: number }>(`
        SELECT count(*)::integer AS waiting
        FROM pg_stat_activity
        WHERE datname = current_database()
          AND wait_event_type = 'Lock'`);
      waiting.push(rows[0]?.waiting ?? Number.NaN);
    }
    return [await working, sum(waiting) / waiting.length];
  });
}

const apisTable = (rows: readonly (Measured<Figures> & { readonly share: number })[]): string =>
  table(rows, [
    nameColumn,
    medianColumn('a second', perSecond),
    medianColumn('p50 ms', p50, digits(1)),
    medianColumn('p99 ms', p99, digits(1)),
    medianColumn('commands a batch', ({ commandsPerBatch }) => commandsPerBatch, digits(1)),
    medianColumn('transaction ms', ({ transactionMs }) => transactionMs, digits(2)),
    medianColumn('overtaken', ({ overtaken }) => overtaken, digits(1)),
    medianColumn('failed tries', ({ failedTries }) => failedTries, digits(1)),
    medianColumn('sessions that wait for a lock', ({ sessionsWaiting }) => sessionsWaiting, digits(2)),
    ['share of one API', ({ share }) => share, digits(2)],
    ['target', ({ share, name }) => (name === ONE ? NO_GOAL : verdict(TARGET.toFixed(2), share >= TARGET))],
  ]);
