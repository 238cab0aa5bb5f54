import type { CounterIssue } from '@holdfast/domain';
import { only, sql, type Database, type Queryable } from '@holdfast/db';
import { COUNT_AND_LAST, FIRST_LEVEL, levelsAfter, type LevelPlace } from './level-chunk-store.ts';
import { compareWithOpenLines } from './open-lines-store.ts';

/** Levels compared by one statement. */
const CHUNK = 1_000;

/**
 * Counters, also of deleted levels, that differ from the balances of the newest movement or, for `reserved`
 * and `allocated`, from the units that open reservations hold. Reads by index and in chunks. Each comparison
 * sees one instant, so changes under way are not findings.
 *
 * A `level_seq` below the newest movement's would have the next write of that level refused. A deleted level
 * without reservations is found only by the sum of all movements.
 *
 * @param limit most issues that are named
 * @param between called after each chunk; if it throws, the search ends
 */
export async function findCounterIssues(
  database: Database,
  limit: number,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<readonly CounterIssue[]> {
  const issues: CounterIssue[] = [];
  let after: LevelPlace | null = FIRST_LEVEL;
  while (after && issues.length < limit) {
    const chunk: ComparedChunk = await compareWithMovements(database.prisma, after);
    issues.push(...chunk.issues);
    after = chunk.levels === CHUNK ? chunk.last : null;
    await between();
  }
  const ofLines = await compareWithOpenLines(database, limit, between);
  return eachOnce([...issues, ...ofLines]).slice(0, limit);
}

/** Each counter that is off by as much once: both values may have moved on from one look to the next. */
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

interface ComparedChunk {
  readonly issues: readonly CounterIssue[];
  readonly levels: number;
  readonly last: LevelPlace | null;
}

async function compareWithMovements(db: Queryable, after: LevelPlace): Promise<ComparedChunk> {
  const rows = await db.$queryRaw<ComparedChunk[]>`
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
  return only(rows);
}
