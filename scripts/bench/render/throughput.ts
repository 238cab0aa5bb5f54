import { throughputGoals, type Goal, type ThroughputResult, type ThroughputTurn } from '../throughput.ts';
import type { Throughput } from '../measure.ts';
import { median } from '../statistics.ts';
import { cpuTable, NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

export function renderThroughput({ connections, seconds, turns }: ThroughputResult): string {
  const rounds = new Set(turns.map(({ round }) => round)).size;
  return paragraphs(
    '## Throughput',
    `${connections} connections, ${seconds} s for each load in each of ${rounds} rounds. A load's share is of the ceiling ` +
      'of the same round: the same Express app with the same parsing, but no storage, asked for one line. All figures are medians of the rounds.',
    ...section(
      'With the worker running',
      turns.filter(({ workerRuns }) => workerRuns),
    ),
    ...section(
      'With the worker stopped',
      turns.filter(({ workerRuns }) => !workerRuns),
    ),
  );
}

function section(title: string, turns: readonly ThroughputTurn[]): (string | null)[] {
  const ceiling = turns.map(({ ceiling }) => ceiling);
  const rows = throughputGoals.map((goal) => ({
    goal,
    rounds: turns.flatMap((turn) => turn.loads[goal.load.name] ?? []),
    share: median(turns.map((turn) => (turn.loads[goal.load.name]?.perSecond ?? 0) / turn.ceiling.perSecond)),
  }));
  return [
    `### ${title}`,
    table(
      ['', 'a second', 'p50 ms', 'p99 ms', 'share of the ceiling', 'target', 'aim'],
      [
        ['Ceiling: Express + zod, no storage', ...figures(ceiling), '1.00', NO_GOAL, NO_GOAL],
        ...rows.map(({ goal, rounds, share }) => [
          goal.load.name,
          ...figures(rounds),
          share.toFixed(2),
          ...verdicts(goal, share),
        ]),
      ],
    ),
    cpuTable([
      { name: 'Ceiling', rounds: ceiling.map(({ cpu }) => cpu) },
      ...rows.map(({ goal, rounds }) => ({ name: goal.load.name, rounds: rounds.map(({ cpu }) => cpu) })),
    ]),
  ];
}

function figures(rounds: readonly Throughput[]): string[] {
  return [
    whole(median(rounds.map(({ perSecond }) => perSecond))),
    median(rounds.map(({ p50Ms }) => p50Ms)).toFixed(1),
    median(rounds.map(({ p99Ms }) => p99Ms)).toFixed(1),
  ];
}

const verdicts = ({ target, aim }: Goal, share: number): string[] =>
  [target, aim].map((goal) => (goal === undefined ? NO_GOAL : verdict(goal.toFixed(2), share >= goal)));
