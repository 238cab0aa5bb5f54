import { sql, type Queryable, type Sql } from '@holdfast/db';
import { SHOWN, type WarehouseSync } from './sync-list-store.ts';
import { HAS_SUCCESSOR, type NextSync } from './sync-store.ts';

/** A failed sync gets all its attempts again; one that waits, an attempt now. */
const TRIED_AGAIN: Sql = sql`
  attempts_forgiven = CASE state WHEN 'failed' THEN attempts ELSE attempts_forgiven END,
  state = 'pending',
  next_attempt_at = clock_timestamp(),
  finished_at = NULL`;

/**
 * Has one sync tried again that failed, or that waits. One that failed and has a successor is superseded
 * instead. Null: it is in another state, now or before, or does not exist.
 */
export async function retrySync(db: Queryable, syncId: string): Promise<WarehouseSync | null> {
  await db.$executeRaw`
    UPDATE warehouse_syncs sync
    SET state = 'superseded'
    WHERE id = ${syncId}::uuid
      AND state = 'failed'
      AND ${HAS_SUCCESSOR}`;
  const [sync] = await db.$queryRaw<WarehouseSync[]>`
    UPDATE warehouse_syncs
    SET ${TRIED_AGAIN}
    WHERE id = ${syncId}::uuid
      AND state IN ('failed', 'pending')
    RETURNING ${SHOWN}`;
  return sync ?? null;
}

export type RetriedSync = Pick<NextSync, 'id' | 'action'>;

/** Has failed syncs tried again that are the last of their reservation: `limit` at most, oldest first. */
export async function retryFailedSyncs(db: Queryable, limit: number): Promise<readonly RetriedSync[]> {
  return db.$queryRaw<RetriedSync[]>`
    WITH chosen AS MATERIALIZED (
      SELECT id
      FROM warehouse_syncs sync
      WHERE state = 'failed'
        AND NOT ${HAS_SUCCESSOR}
      ORDER BY id
      LIMIT ${limit}::integer
      FOR UPDATE SKIP LOCKED
    )
    UPDATE warehouse_syncs
    SET ${TRIED_AGAIN}
    FROM chosen
    WHERE warehouse_syncs.id = chosen.id
    RETURNING warehouse_syncs.id, action`;
}
