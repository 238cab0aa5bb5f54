import type { CounterIssue } from '@holdfast/domain';
import { sql, type Database, type Queryable, type Sql, type Transaction, withTimeLimit } from '@holdfast/db';
import { FIRST_LEVEL, isAfterLevel, type LevelPlace } from './level-chunk-store.ts';

/**
 * Movements that one statement adds up, in a second or two. Movements of a level lie all over the table, so
 * each chunk reads many pages: with chunks of a twentieth of this, 5,000,000 movements took 50 s.
 */
const MOVEMENTS_MAX = 1_000_000;
const LEVELS_MAX = 20_000;

/** For a level with tens of millions of movements, on a slow disk. */
const CHUNK_TIMEOUT_MS = 60_000;

/**
 * Compares the sums of all movements of every level, and their number, with its counters and `level_seq`,
 * also of levels that are gone. Each chunk of levels is one statement, which sees one instant.
 *
 * @param limit most issues that are named; having found so many, it reads no further
 */
export async function compareWithAllMovements(
  database: Database,
  limit: number,
  bounds = { movementsMax: MOVEMENTS_MAX, levelsMax: LEVELS_MAX },
): Promise<readonly CounterIssue[]> {
  const issues: CounterIssue[] = [];
  let after = FIRST_LEVEL;
  while (issues.length < limit) {
    const upTo = await endOfChunk(database.prisma, after, bounds);
    const wanted = sumsSql(after, upTo, limit - issues.length);
    const found = await withTimeLimit(database, CHUNK_TIMEOUT_MS, async (tx) => {
      await readByPages(tx);
      return tx.$queryRaw<CounterIssue[]>(wanted);
    });
    issues.push(...found);
    if (!upTo) break;
    after = upTo;
  }
  return issues;
}

/**
 * The last level of the next chunk; null: no level is left, but movements of levels that are gone may be.
 * `level_seq` gives the number of movements; where it is wrong, the chunk is larger, and the issue is found.
 */
async function endOfChunk(
  db: Queryable,
  after: LevelPlace,
  { movementsMax, levelsMax }: { readonly movementsMax: number; readonly levelsMax: number },
): Promise<LevelPlace | null> {
  const [last] = await db.$queryRaw<LevelPlace[]>`
    SELECT sku, location
    FROM (
      SELECT
        sku,
        location,
        sum(GREATEST(level_seq, 0)) OVER levels_so_far AS movements,
        row_number() OVER levels_so_far AS levels
      FROM (
        SELECT sku, location, level_seq
        FROM stock_levels
        WHERE ${isAfterLevel(after)}
        ORDER BY sku, location
        LIMIT ${levelsMax}::integer
      ) ahead
      WINDOW levels_so_far AS (ORDER BY sku, location ROWS UNBOUNDED PRECEDING)
    ) counted
    WHERE levels = 1
      OR movements <= ${movementsMax}::bigint
    ORDER BY sku DESC, location DESC
    LIMIT 1`;
  return last ?? null;
}

/**
 * Has the planner collect by index which movements it wants, and then read the table in its own order. In the
 * order of the index each would be a random read, and an old plan would read the whole table for each chunk.
 */
export async function readByPages(tx: Transaction): Promise<void> {
  await tx.$executeRaw`
    SELECT
      set_config('enable_seqscan', 'off', true),
      set_config('enable_indexscan', 'off', true),
      set_config('work_mem', '64MB', true)`;
}

/** For the test that looks at its plan, too. */
export function sumsSql(after: LevelPlace, upTo: LevelPlace | null, limit: number): Sql {
  const within = upTo
    ? sql`${isAfterLevel(after)} AND (sku, location) <= (${upTo.sku}, ${upTo.location})`
    : isAfterLevel(after);
  return sql`
    WITH levels AS (
      SELECT sku, location, on_hand, reserved, allocated, level_seq
      FROM stock_levels
      WHERE ${within}
    ),
    sums AS (
      SELECT
        sku,
        location,
        sum(on_hand_delta) AS on_hand,
        sum(reserved_delta) AS reserved,
        sum(allocated_delta) AS allocated,
        count(*) AS level_seq
      FROM stock_movements
      WHERE ${within}
      GROUP BY sku, location
    )
    SELECT sku, location, kind, expected::float8 AS expected, actual::float8 AS actual
    FROM levels
    FULL JOIN sums USING (sku, location)
    CROSS JOIN LATERAL (
      VALUES
        ('on_hand', coalesce(sums.on_hand, 0), coalesce(levels.on_hand, 0)),
        ('reserved', coalesce(sums.reserved, 0), coalesce(levels.reserved, 0)),
        ('allocated', coalesce(sums.allocated, 0), coalesce(levels.allocated, 0)),
        ('level_seq', coalesce(sums.level_seq, 0), coalesce(levels.level_seq, 0))
    ) AS found (kind, expected, actual)
    WHERE expected <> actual
    ORDER BY sku, location, kind
    LIMIT ${limit}::integer`;
}
