import { latencyGoals, OPEN_LOOP_PER_SECOND, type LatencyResult } from '../latency.ts';
import { median, medianLatencies, type Latencies } from '../statistics.ts';
import { cpuTable, NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

export function renderLatency({ seconds, openLoopSeconds, rounds }: LatencyResult): string {
  const bare = rounds.map(({ bare }) => bare);
  const sequential = rounds.map(({ sequential }) => sequential);
  const openLoop = rounds.map(({ openLoop }) => openLoop);
  const multiple = (of: 'sequential' | 'openLoop', figure: 'p50Ms' | 'p99Ms') =>
    median(rounds.map((round) => round[of][figure] / round.bare.p50Ms));
  const p50 = multiple('sequential', 'p50Ms');
  const p99 = multiple('openLoop', 'p99Ms');
  const { p50Target, p50Aim } = latencyGoals.sequential;
  const { p99Target, p99AimMs } = latencyGoals.openLoop;
  const openLoopP99Ms = medianLatencies(openLoop).p99Ms;
  return paragraphs(
    '## Latency',
    `${rounds.length} rounds with the worker running: bare one-row INSERT transactions (BEGIN, INSERT, COMMIT with pg, ` +
      `prepared, one connection) for ${seconds} s, reservations one after the other on one connection for ${seconds} s, and ` +
      `${whole(OPEN_LOOP_PER_SECOND)} a second for ${openLoopSeconds} s, sent when due and counted from then, answered or not. ` +
      "Medians of the rounds, but the worst maximum; multiples are of the bare INSERT's p50 in the same round.",
    table(
      ['', 'p50 ms', 'p90 ms', 'p99 ms', 'max ms', 'p50, multiple', 'p99, multiple', 'target', 'aim'],
      [
        ['Bare INSERT transaction', ...figures(bare), '1.0', '', NO_GOAL, NO_GOAL],
        [
          'One connection, one after the other',
          ...figures(sequential),
          p50.toFixed(1),
          multiple('sequential', 'p99Ms').toFixed(1),
          verdict(`p50 at most ${p50Target}x`, p50 <= p50Target),
          verdict(`p50 at most ${p50Aim}x`, p50 <= p50Aim),
        ],
        [
          `Open loop, ${whole(OPEN_LOOP_PER_SECOND)} a second`,
          ...figures(openLoop),
          multiple('openLoop', 'p50Ms').toFixed(1),
          p99.toFixed(1),
          verdict(`p99 at most ${p99Target}x`, p99 <= p99Target),
          verdict(`p99 under ${p99AimMs} ms`, openLoopP99Ms < p99AimMs),
        ],
      ],
    ),
    `Of the open loop's latencies, up to ${lateMs(openLoop)} ms at the 99th percentile is the generator's own lateness in sending.`,
    cpuTable([
      { name: 'One connection', rounds: sequential.map(({ cpu }) => cpu) },
      { name: 'Open loop', rounds: openLoop.map(({ cpu }) => cpu) },
    ]),
  );
}

function figures(rounds: readonly Latencies[]): string[] {
  const { p50Ms, p90Ms, p99Ms, maxMs } = medianLatencies(rounds);
  return [p50Ms, p90Ms, p99Ms, maxMs].map((value) => value.toFixed(2));
}

const lateMs = (rounds: LatencyResult['rounds'][number]['openLoop'][]) =>
  median(rounds.map(({ sentLateP99Ms }) => sentLateP99Ms ?? Number.NaN)).toFixed(2);
