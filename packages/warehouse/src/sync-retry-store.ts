import { isoTime, sql, type Queryable, type Sql } from '@holdfast/db';
import { SHOWN, type RetriedBy, type WarehouseSync } from './sync-list-store.ts';

/**
 * A failed sync gets all its attempts again; one that waits, an attempt now. The row keeps who asked for it
 * and why, by the number of attempts before: of several calls ahead of one attempt, the last.
 */
const triedAgain = ({ caller, reason }: RetriedBy): Sql => sql`
  retries = coalesce(retries, '{}') || jsonb_build_object(attempts, json_build_object(
    'at', ${isoTime(sql`clock_timestamp()`)},
    'caller', ${caller}::text,
    'reason', ${reason}::text
  )),
  attempts_forgiven = CASE state WHEN 'failed' THEN attempts ELSE attempts_forgiven END,
  state = 'pending',
  next_attempt_at = clock_timestamp(),
  queued_until = NULL,
  finished_at = NULL`;

/**
 * Has one sync tried again that failed, or that waits. Later syncs of its reservation that are not sent yet
 * wait for it again. Null: it is in another state, or does not exist.
 */
export async function retrySync(db: Queryable, syncId: string, by: RetriedBy): Promise<WarehouseSync | null> {
  const [sync] = await db.$queryRaw<WarehouseSync[]>`
    UPDATE warehouse_syncs
    SET ${triedAgain(by)}
    WHERE id = ${syncId}::uuid
      AND state IN ('failed', 'pending')
    RETURNING ${SHOWN}`;
  return sync ?? null;
}

/** Has failed syncs tried again: `limit` at most, oldest first. @returns how many */
export const retryFailedSyncs = (db: Queryable, limit: number, by: RetriedBy): Promise<number> =>
  db.$executeRaw`
    WITH chosen AS MATERIALIZED (
      SELECT id
      FROM warehouse_syncs
      WHERE state = 'failed'
      ORDER BY id
      LIMIT ${limit}::integer
      FOR UPDATE SKIP LOCKED
    )
    UPDATE warehouse_syncs
    SET ${triedAgain(by)}
    FROM chosen
    WHERE warehouse_syncs.id = chosen.id`;
