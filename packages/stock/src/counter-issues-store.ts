import type { CounterIssue } from '@holdfast/domain';
import { sql, type Database, type Queryable } from '@holdfast/db';
import { COUNT_AND_LAST, levelsAfter } from './level-chunk-store.ts';
import { FIRST_LEVEL, type LevelPlace } from './level-place.ts';
import { compareWithOpenLines } from './open-lines-store.ts';

/** Levels compared by one statement. */
const CHUNK = 1_000;

/**
 * Where the counters of a level are not what they should be: other than the balances of its newest movement,
 * or, for `reserved` and `allocated`, than what open reservations hold, of a level that is gone as well. It
 * reads by index and in chunks, and of reservations only those that are open. Each comparison sees one
 * instant, so it finds nothing that is only half written.
 *
 * `level_seq` counts the level's movements: one below its newest movement's would have the next write of that
 * level refused. A level that is gone and of which nothing is held has nothing to compare here; the sum of
 * all movements finds it.
 *
 * @param limit most issues that are named
 * @param between done after each chunk; what it throws ends the search
 */
export async function findCounterIssues(
  database: Database,
  limit: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly CounterIssue[]> {
  const issues: CounterIssue[] = [];
  let after: LevelPlace | undefined = FIRST_LEVEL;
  while (after && issues.length < limit) {
    const chunk: { issues: CounterIssue[]; last?: LevelPlace } = await compareWithMovements(
      database.prisma,
      after,
    );
    issues.push(...chunk.issues);
    after = chunk.last;
    await between();
  }
  const ofLines = await compareWithOpenLines(database, limit, between);
  return eachOnce([...issues, ...ofLines]).slice(0, limit);
}

/**
 * Issues without those that say the same: a counter that is off by as much. What it is and should be may have
 * moved on together while one look followed the other.
 */
export function eachOnce<Issue extends Omit<CounterIssue, 'kind'> & { readonly kind: string }>(
  issues: readonly Issue[],
): readonly Issue[] {
  const known = new Map<string, Issue>();
  for (const issue of issues) {
    const { sku, location, kind, expected, actual } = issue;
    const said = JSON.stringify([sku, location, kind, actual - expected]);
    if (!known.has(said)) known.set(said, issue);
  }
  return [...known.values()];
}

async function compareWithMovements(
  db: Queryable,
  after: LevelPlace,
): Promise<{ issues: CounterIssue[]; last?: LevelPlace }> {
  const [row] = await db.$queryRaw<{ issues: CounterIssue[]; levels: number; last: LevelPlace | null }[]>`
    WITH ${levelsAfter(after, CHUNK, sql`on_hand, reserved, allocated, level_seq`)}
    SELECT
      ${COUNT_AND_LAST},
      (
        SELECT coalesce(json_agg(json_build_object(
          'sku', sku, 'location', location, 'kind', kind, 'expected', expected, 'actual', actual
        ) ORDER BY sku, location, kind), '[]')
        FROM levels
        LEFT JOIN LATERAL (
          SELECT m.on_hand, m.reserved, m.allocated, m.level_seq
          FROM stock_movements m
          WHERE m.sku = levels.sku
            AND m.location = levels.location
          ORDER BY m.level_seq DESC
          LIMIT 1
        ) newest ON true
        CROSS JOIN LATERAL (
          VALUES
            ('on_hand', coalesce(newest.on_hand, 0)::bigint, levels.on_hand::bigint),
            ('reserved', coalesce(newest.reserved, 0), levels.reserved),
            ('allocated', coalesce(newest.allocated, 0), levels.allocated),
            ('level_seq', coalesce(newest.level_seq, 0), levels.level_seq)
        ) AS found (kind, expected, actual)
        WHERE expected <> actual
      ) AS issues`;
  if (!row) throw new Error('a comparison of counters returned no row');
  return { issues: row.issues, ...(row.levels === CHUNK && row.last ? { last: row.last } : {}) };
}
