import type { Measured } from '../benchmark.ts';
import { p50, p99 } from '../statistics.ts';
import { digits, medianColumn, nameColumn, NO_GOAL, table, verdict, type Column } from '../table.ts';
import { perSecond, type LoadFigures } from './load-figures.ts';

/** Shares of the ceiling. */
export interface ShareGoals {
  readonly target?: number;
  readonly aim?: number;
}

/** What a load reached, as a share of the ceiling of the same rounds. */
export interface LoadShare extends Measured<LoadFigures>, ShareGoals {
  readonly share: number;
}

const goalColumn = (name: keyof ShareGoals): Column<LoadShare> => [
  name,
  ({ share, [name]: goal }) => (goal === undefined ? NO_GOAL : verdict(goal.toFixed(2), share >= goal)),
];

export const sharesTable = (rows: readonly LoadShare[]): string =>
  table(rows, [
    nameColumn,
    medianColumn('a second', perSecond),
    medianColumn('p50 ms', p50, digits(1)),
    medianColumn('p99 ms', p99, digits(1)),
    ['share of the ceiling', ({ share }) => share, digits(2)],
    goalColumn('target'),
    goalColumn('aim'),
  ]);
