import type { Measured } from '../benchmark.ts';
import { medianOf, medianRatio, p50, p99 } from '../statistics.ts';
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

/** The same load on two servers. */
export interface LoadPair {
  readonly name: string;
  readonly base: Measured<LoadFigures>;
  readonly other: Measured<LoadFigures>;
}

/** What the other one reached of the base, in the same rounds. */
export const withShare = <Pair extends LoadPair>(pair: Pair): Pair & { readonly share: number } => ({
  ...pair,
  share: medianRatio(pair.other.rounds, pair.base.rounds, perSecond),
});

/** @param names of base and other */
export const pairsTable = (
  pairs: readonly (LoadPair & { readonly share: number })[],
  [base, other]: readonly [string, string],
  target: number,
): string =>
  table(pairs, [
    nameColumn,
    [`${base}: a second`, ({ base }) => medianOf(base.rounds, perSecond)],
    ['p99 ms', ({ base }) => medianOf(base.rounds, p99), digits(1)],
    [`${other}: a second`, ({ other }) => medianOf(other.rounds, perSecond)],
    ['p99 ms', ({ other }) => medianOf(other.rounds, p99), digits(1)],
    [`${other} / ${base}`, ({ share }) => share, digits(2)],
    ['target', ({ share }) => verdict(target.toFixed(2), share >= target)],
  ]);
