import { sql, type Database, type Queryable, type Sql } from './client.ts';

/** Rows deleted by one transaction: a few tens of milliseconds, so that nobody who meets its locks waits long. */
const CHUNK = 2_000;

/** Staged chunks are large: each holds hundreds of rows of a file. */
const IMPORT_CHUNKS_CHUNK = 100;

/** Far longer than a file may take to arrive. What has no open import by then never will. */
const STAGED_MAX: Sql = sql`interval '24 hours'`;

/** Deletes chunk by chunk, each its own transaction, and tells how many rows each took. Whoever stops early, stops it. */
export type Forgetting = AsyncGenerator<number, void, undefined>;

/** What one transaction deleted, and where the next one reads on. */
interface Chunk {
  readonly count: number;
  readonly last: string | null;
}

// Rows are chosen with FOR UPDATE SKIP LOCKED, so that two workers take different ones and neither waits; and deleted by
// where they lie. Keys and events are found by index, and each chunk reads on behind the one before: from the beginning it
// would read over all that was just deleted, again and again. Staged chunks are few, and are looked through.

/** Idempotency keys that are older than `hours`. @param hours at least 24, for which the contract honours them */
export function forgetIdempotencyKeys({ prisma }: Database, hours: number): Forgetting {
  return inChunks(CHUNK, '-infinity', (after) => deleteKeys(prisma, hours, after));
}

/** Events that are older than `days`: history, and nothing else can tell it then. */
export function forgetEvents({ prisma }: Database, days: number): Forgetting {
  return inChunks(CHUNK, '00000000-0000-0000-0000-000000000000', async (after) => {
    const [, chunk] = await prisma.$transaction([
      // Only so does the trigger that keeps events append-only let a DELETE through; in this transaction alone.
      prisma.$executeRaw`SELECT set_config('holdfast.retention', 'on', true)`,
      prisma.$queryRaw<Chunk[]>(deleteEventsSql(days, after)),
    ]);
    return only(chunk);
  });
}

/** Staged rows of files that broke off, or whose import has ended without them. */
export function forgetImportChunks({ prisma }: Database): Forgetting {
  return inChunks(IMPORT_CHUNKS_CHUNK, '', () => deleteImportChunks(prisma));
}

async function* inChunks(size: number, first: string, forget: (after: string) => Promise<Chunk>): Forgetting {
  let after = first;
  for (;;) {
    const { count, last } = await forget(after);
    if (count > 0) yield count;
    if (count < size) return;
    after = last ?? after;
  }
}

async function deleteKeys(db: Queryable, hours: number, after: string): Promise<Chunk> {
  return only(
    await db.$queryRaw<Chunk[]>`
      WITH gone AS (
        DELETE FROM idempotency_keys
        WHERE ctid = ANY(ARRAY(
          SELECT ctid
          FROM idempotency_keys
          WHERE created_at >= ${after}::timestamptz
            AND created_at < statement_timestamp() - ${hours}::integer * interval '1 hour'
          ORDER BY created_at
          LIMIT ${CHUNK}::integer
          FOR UPDATE SKIP LOCKED
        ))
        RETURNING created_at
      )
      SELECT count(*)::integer AS count, max(created_at)::text AS last
      FROM gone`,
  );
}

/**
 * Events have no index by time, but their ids are UUIDv7, which begin with it (48 bits of epoch milliseconds, RFC 9562):
 * the smallest id of the boundary's millisecond is where the old ones end. Ids are made by the clocks of other hosts, so
 * `time`, which is the database's, has the last word.
 */
function deleteEventsSql(days: number, after: string): Sql {
  return sql`
    WITH boundary AS (
      SELECT statement_timestamp() - ${days}::integer * interval '1 day' AS time
    ),
    gone AS (
      DELETE FROM events
      WHERE ctid = ANY(ARRAY(
        SELECT ctid
        FROM events
        WHERE id > ${after}::uuid
          AND id < (
            SELECT rpad(lpad(to_hex((extract(epoch FROM time) * 1000)::bigint), 12, '0'), 32, '0')::uuid
            FROM boundary
          )
          AND events.time < (SELECT time FROM boundary)
        ORDER BY id
        LIMIT ${CHUNK}::integer
        FOR UPDATE SKIP LOCKED
      ))
      RETURNING id
    )
    SELECT
      (SELECT count(*)::integer FROM gone) AS count,
      (SELECT id::text FROM gone ORDER BY id DESC LIMIT 1) AS last`;
}

async function deleteImportChunks(db: Queryable): Promise<Chunk> {
  return only(
    await db.$queryRaw<Chunk[]>`
      WITH gone AS (
        DELETE FROM stock_import_chunks
        WHERE ctid = ANY(ARRAY(
          SELECT ctid
          FROM stock_import_chunks staged
          WHERE staged_at < statement_timestamp() - ${STAGED_MAX}
            AND NOT EXISTS (
              SELECT
              FROM stock_imports
              WHERE id = staged.import_id
                AND state IN ('queued', 'running')
            )
          LIMIT ${IMPORT_CHUNKS_CHUNK}::integer
          FOR UPDATE SKIP LOCKED
        ))
        RETURNING import_id
      )
      SELECT count(*)::integer AS count, NULL AS last
      FROM gone`,
  );
}

function only(rows: readonly Chunk[]): Chunk {
  const [chunk] = rows;
  if (!chunk) throw new Error('a count of deleted rows answered nothing');
  return chunk;
}
