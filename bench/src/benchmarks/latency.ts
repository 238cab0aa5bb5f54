import { stockUp } from '../api-calls.ts';
import { runRounds, type Benchmark, type Measured } from '../benchmark.ts';
import { closedLoop, loadSubject, openLoop, type LoadFigures } from '../load/load-figures.ts';
import type { TimedOrder } from '../load/load-generator.ts';
import { thousandSkus } from '../load/loads.ts';
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
} from '../table.ts';

const PER_SECOND = 1_000;
const ROUNDS = 3;
const OPEN_LOOP_LONGER = 2.5;

/** Multiples of the bare INSERT's p50, but for the aim of the open loop. */
const SEQUENTIAL = { p50Target: 8, p50Aim: 4 };
const OPEN_LOOP = { p99Target: 30, p99AimMs: 10 };

/** The yardstick is the least that PostgreSQL can do: a bare one-row INSERT transaction on the same server. */
export const latency: Benchmark = {
  name: 'latency',
  compares: 'milliseconds of a reservation with those of a bare one-row INSERT transaction',
  isUsual: true,
  async run(testbed, { seconds, rounds = ROUNDS }) {
    const database = await testbed.createDatabase('bench_latency');
    const settings = { DATABASE_URL: database.url };
    const server = await testbed.startApp('api', settings);
    const gateway = await testbed.startApp('gateway-sim', {});
    const worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
    await stockUp(server.url);

    const measured = (name: string, orderOf: (seconds: number) => TimedOrder) =>
      loadSubject(testbed, name, () => ({ server, worker }), orderOf);
    const bare = measured('Bare INSERT transaction', (seconds) => ({
      kind: 'bare-inserts',
      databaseUrl: database.url,
      seconds,
    }));
    const sequential = measured('One connection, one after the other', (seconds) =>
      closedLoop(thousandSkus, server.url, 1, seconds),
    );
    const paced = measured(`Open loop, ${whole(PER_SECOND)} a second`, (seconds) =>
      openLoop(thousandSkus, server.url, PER_SECOND, seconds * OPEN_LOOP_LONGER),
    );
    await runRounds([{ subjects: [bare, sequential, paced] }], { seconds, rounds });
    return {
      markdown: render({ bare, sequential, paced }, seconds),
      figures: { seconds, bare, sequential, paced },
    };
  },
};

type Subjects = Readonly<Record<'bare' | 'sequential' | 'paced', Measured<LoadFigures>>>;

function render({ bare, sequential, paced }: Subjects, seconds: number): string {
  const multiplesOf = ({ rounds }: Measured<LoadFigures>) => ({
    p50: medianRatio(rounds, bare.rounds, p50),
    p99: medianRatio(rounds, bare.rounds, p99, p50),
  });
  const [one, open] = [multiplesOf(sequential), multiplesOf(paced)];
  const { p50Target, p50Aim } = SEQUENTIAL;
  const { p99Target, p99AimMs } = OPEN_LOOP;
  const rows = [
    { ...bare, p50: 1, p99: undefined, target: NO_GOAL, aim: NO_GOAL },
    {
      ...sequential,
      ...one,
      target: verdict(`p50 at most ${p50Target}x`, one.p50 <= p50Target),
      aim: verdict(`p50 at most ${p50Aim}x`, one.p50 <= p50Aim),
    },
    {
      ...paced,
      ...open,
      target: verdict(`p99 at most ${p99Target}x`, open.p99 <= p99Target),
      aim: verdict(`p99 under ${p99AimMs} ms`, medianOf(paced.rounds, p99) < p99AimMs),
    },
  ];
  const lateMs = medianOf(paced.rounds, ({ sentLateP99Ms }) => sentLateP99Ms ?? Number.NaN);
  return paragraphs(
    '## Latency',
    `${bare.rounds.length} rounds with the worker running: bare one-row INSERT transactions (BEGIN, INSERT, COMMIT with pg, ` +
      `prepared, one connection) for ${seconds} s, reservations one after the other on one connection for ${seconds} s, and ` +
      `${whole(PER_SECOND)} a second for ${seconds * OPEN_LOOP_LONGER} s, sent when due and counted from then, answered or not. ` +
      "Medians of the rounds, but the worst maximum; multiples are of the bare INSERT's p50 in the same round.",
    table(rows, [
      nameColumn,
      ...latencyColumns(digits(2)),
      ['p50, multiple', ({ p50 }) => p50, digits(1)],
      ['p99, multiple', ({ p99 }) => p99, digits(1)],
      ['target', ({ target }) => target],
      ['aim', ({ aim }) => aim],
    ]),
    `Of the open loop's latencies, up to ${lateMs.toFixed(2)} ms at the 99th percentile is the generator's own lateness in sending.`,
    cpuTable([sequential, paced]),
  );
}
