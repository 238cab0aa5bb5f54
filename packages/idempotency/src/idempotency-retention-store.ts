import { CHUNK, deleteChunk, inChunks, sql, type Database, type Purge, type Sql } from '@holdfast/db';

/** How long a key is honoured (the HTTP contract). */
export const KEY_LIFETIME: Sql = sql`interval '24 hours'`;

/**
 * Idempotency keys that are older than `hours`.
 * @param hours at least 24, for which the contract honours them
 */
export function purgeIdempotencyKeys({ prisma }: Database, hours: number): Purge {
  return inChunks(CHUNK, '-infinity', (after) =>
    deleteChunk(prisma, {
      table: sql`idempotency_keys`,
      where: sql`created_at >= ${after}::timestamptz
        AND created_at < statement_timestamp() - ${hours}::integer * interval '1 hour'`,
      orderBy: sql`created_at`,
    }),
  );
}
