import type { CounterIssue } from '@holdfast/domain';
import { sql, type Database, type Queryable, type Sql, type Transaction, withTimeLimit } from '@holdfast/db';
import { FIRST_LEVEL, type LevelPlace } from './level-place.ts';

/**
 * What one statement adds up: a second's work or two. A level that has more movements is one chunk by itself.
 * Movements of a level lie all over the table, so a chunk reads many pages, each once: with chunks of a
 * twentieth of this, 5,000,000 movements took 50 s.
 */
const MOVEMENTS_MAX = 1_000_000;
const LEVELS_MAX = 20_000;

/** For a level with tens of millions of movements, on a slow disk. */
const CHUNK_TIMEOUT_MS = 60_000;

interface ChunkBounds {
  readonly movementsMax: number;
  readonly levelsMax: number;
}

/**
 * Adds up all movements of every level and compares the sums with its counters, and their number with
 * `level_seq`, of levels that are gone as well. Chunk by chunk in the order of the levels; each chunk is one
 * statement and sees one instant, so traffic meanwhile is no issue.
 *
 * @param limit most issues that are named; having found so many, it reads no further
 */
export async function compareWithAllMovements(
  database: Database,
  limit: number,
  bounds: ChunkBounds = { movementsMax: MOVEMENTS_MAX, levelsMax: LEVELS_MAX },
): Promise<readonly CounterIssue[]> {
  const issues: CounterIssue[] = [];
  let after = FIRST_LEVEL;
  while (issues.length < limit) {
    const upTo = await endOfChunk(database.prisma, after, bounds);
    const found = await withTimeLimit(database, CHUNK_TIMEOUT_MS, (tx) =>
      compareWithSums(tx, after, upTo, limit - issues.length),
    );
    issues.push(...found);
    if (!upTo) break;
    after = upTo;
  }
  return issues;
}

/**
 * The last level of the next chunk; null when there is none after `after`, but movements of levels that are
 * gone may be. `level_seq` counts a level's movements, so it gives their number without reading them (where
 * it is wrong, the chunk is larger than it should be, and the issue is found).
 */
async function endOfChunk(
  db: Queryable,
  after: LevelPlace,
  { movementsMax, levelsMax }: ChunkBounds,
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
        WHERE ${isAfter(after)}
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

async function compareWithSums(
  tx: Transaction,
  after: LevelPlace,
  upTo: LevelPlace | null,
  limit: number,
): Promise<readonly CounterIssue[]> {
  await readByPages(tx);
  return tx.$queryRaw<CounterIssue[]>(sumsSql(after, upTo, limit));
}

/**
 * Has the planner collect by index which movements it wants, and then read the table in its own order. One
 * after the other in the order of the index they would be a random read each; and a plan that was made while
 * the tables were small would read the whole table for each chunk.
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
    ? sql`${isAfter(after)} AND (sku, location) <= (${upTo.sku}, ${upTo.location})`
    : isAfter(after);
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

const isAfter = ({ sku, location }: LevelPlace): Sql => sql`(sku, location) > (${sku}, ${location})`;
