import type { CounterIssue } from '@holdfast/domain';
import { isoTime, only, sql, type Database, type Queryable } from '@holdfast/db';
import { eachOnce, findCounterIssues } from './counter-issues-store.ts';
import { compareWithAllMovements } from './movement-sums-store.ts';

/** A finding of the check: a wrong counter, or a promise that cannot be kept. */
export type ConsistencyIssue = Omit<CounterIssue, 'kind'> & {
  readonly kind: CounterIssue['kind'] | 'shortfall';
};

/** The result of a check of all counters, as the contract shows it. */
export interface Consistency {
  /** Whether the counters agree. A shortfall does not count: it is known, and is no error of a counter. */
  readonly is_consistent: boolean;
  /** When the check began, by the database's clock. ISO 8601. */
  readonly checked_at: string;
  readonly total_stock_levels: number;
  readonly issues: readonly ConsistencyIssue[];
}

/**
 * Checks the counters of all levels, while they are being changed as well.
 *
 * @param deep also add up all movements, which takes seconds for each few million
 * @param issuesMax most issues that are named: counters first, then shortfalls
 */
export async function checkConsistency(
  database: Database,
  { deep, issuesMax }: { readonly deep: boolean; readonly issuesMax: number },
): Promise<Consistency> {
  const checked = only(
    await database.prisma.$queryRaw<{ checked_at: string; total_stock_levels: number }[]>`
      SELECT
        ${isoTime(sql`statement_timestamp()`)} AS checked_at,
        count(*)::integer AS total_stock_levels
      FROM stock_levels
      WHERE version > 0 -- a row that was never set is there to be locked, and is no level`,
  );
  const routine = await findCounterIssues(database, issuesMax);
  const summed = deep && routine.length < issuesMax ? await compareWithAllMovements(database, issuesMax) : [];
  const counters = eachOnce([...routine, ...summed]);
  const short = await readShortfalls(database.prisma, issuesMax);
  const shortfalls = short.map(({ sku, location, shortfall }): ConsistencyIssue => ({
    sku,
    location,
    kind: 'shortfall',
    expected: 0,
    actual: shortfall,
  }));
  const issues = [...counters, ...shortfalls].slice(0, issuesMax);
  return { is_consistent: counters.length === 0, ...checked, issues };
}

/** Levels that have promised more than they have, by name: by an index that has only those. */
export async function readShortfalls(db: Queryable, limit: number) {
  return db.$queryRaw<{ sku: string; location: string; shortfall: number }[]>`
    SELECT sku, location, shortfall
    FROM stock_levels
    WHERE shortfall > 0
    ORDER BY sku, location
    LIMIT ${limit}::integer`;
}

/** How many levels are short, and by how many units in all. */
export async function readShortfallTotals(db: Queryable): Promise<{ levels: number; units: number }> {
  return only(
    await db.$queryRaw<{ levels: number; units: number }[]>`
      SELECT count(*)::integer AS levels, coalesce(sum(shortfall), 0)::float8 AS units
      FROM stock_levels
      WHERE shortfall > 0`,
  );
}
