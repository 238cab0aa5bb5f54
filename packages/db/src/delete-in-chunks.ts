import { sql, type Queryable, type Sql } from './database.ts';
import { firstIdAt } from './database-time.ts';
import { only } from './reading-rows.ts';

/** Rows deleted by one transaction: tens of milliseconds, so that other sessions wait briefly. */
export const CHUNK = 2_000;

/** Deletes chunk by chunk, each in a transaction, and yields its number of rows. May be stopped early. */
export type Purge = AsyncGenerator<number, void, undefined>;

/** What one transaction deleted, and where the next one reads on. */
export interface Chunk {
  readonly count: number;
  readonly last: string | null;
  /** Rows that it read in its order, kept ones included. Fewer than a whole chunk: there are no more. */
  readonly read: number;
}

/** Where a purge by id begins to read. */
export const BEFORE_ALL_IDS = '00000000-0000-0000-0000-000000000000';

export const daysAgo = (days: number): Sql =>
  sql`(statement_timestamp() - ${days}::integer * interval '1 day')`;

/**
 * There is no index by time, but UUIDv7 begin with it (RFC 9562): old ones end at the smallest id of the
 * boundary's millisecond. Other hosts' clocks make ids, so a column with the database's time is compared too.
 */
export const hasOldId = (days: number, after: string, id: Sql = sql`id`): Sql =>
  sql`${id} >= ${after}::uuid AND ${id} < (SELECT ${firstIdAt(daysAgo(days))})`;

/** @param first where the first chunk begins to read, as text of its order */
export async function* inChunks(
  size: number,
  first: string,
  purge: (after: string) => Promise<Chunk>,
): Purge {
  let after = first;
  for (;;) {
    const { count, last, read } = await purge(after);
    const isLast = read < size || (count === 0 && last === after);
    if (count > 0 || !isLast) yield count;
    if (isLast) return;
    after = last ?? after;
  }
}

interface OldRows {
  readonly table: Sql;
  readonly where: Sql;
  /** Each chunk reads on behind the one before, and not over all deleted rows again. */
  readonly orderBy?: Sql;
  readonly size?: number;
}

/** Deletes rows that no other session has locked, so that two workers take different ones. */
export function deleteChunkSql({ table, where, orderBy, size = CHUNK }: OldRows): Sql {
  return sql`
    WITH gone AS (
      DELETE FROM ${table}
      WHERE ctid = ANY(ARRAY(
        SELECT ctid
        FROM ${table}
        WHERE ${where}
        ${orderBy ? sql`ORDER BY ${orderBy}` : sql``}
        LIMIT ${size}::integer
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING ${orderBy ?? sql`NULL::text`} AS place
    )
    SELECT
      (SELECT count(*)::integer FROM gone) AS count,
      (SELECT count(*)::integer FROM gone) AS read,
      (SELECT place::text FROM gone ORDER BY place DESC LIMIT 1) AS last`;
}

export const deleteChunk = async (db: Queryable, rows: OldRows): Promise<Chunk> =>
  only(await db.$queryRaw<Chunk[]>(deleteChunkSql(rows)));
