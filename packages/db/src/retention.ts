import { sql, type Database, type Queryable, type Sql } from './client.ts';
import { CHUNK, inChunks, only, type Chunk, type Forgetting } from './forgetting.ts';

/** Staged chunks are large: each holds hundreds of rows of a file. */
const IMPORT_CHUNKS_CHUNK = 100;

/** Far longer than a file may take to arrive. What has no open import by then never will. */
const STAGED_MAX: Sql = sql`interval '24 hours'`;

/** Idempotency keys that are older than `hours`. @param hours at least 24, for which the contract honours them */
export function forgetIdempotencyKeys({ prisma }: Database, hours: number): Forgetting {
  return inChunks(CHUNK, '-infinity', (after) => deleteKeys(prisma, hours, after));
}

/** Staged rows of files that broke off, or whose import has ended without them. */
export function forgetImportChunks({ prisma }: Database): Forgetting {
  return inChunks(IMPORT_CHUNKS_CHUNK, '', () => deleteImportChunks(prisma));
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
