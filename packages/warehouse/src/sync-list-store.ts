import type { SyncAction, SyncState } from '@holdfast/contract';
import { sql, type Queryable, type Sql } from '@holdfast/db';

/** A sync as the contract shows it. */
export interface WarehouseSync {
  readonly id: string;
  readonly reservation_id: string;
  readonly action: SyncAction;
  readonly state: SyncState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly next_attempt_at: Date | null;
}

export const SHOWN: Sql = sql`id, reservation_id, action, state, attempts, last_status, last_error, next_attempt_at`;

/**
 * A page of syncs, newest first: of all, or of those in one state.
 *
 * @param afterId read on behind this one
 */
export async function readSyncs(
  db: Queryable,
  page: { readonly state: SyncState | null; readonly afterId: string | null; readonly limit: number },
): Promise<readonly WarehouseSync[]> {
  const behind = page.afterId === null ? sql`` : sql`AND id < ${page.afterId}::uuid`;
  return db.$queryRaw<WarehouseSync[]>`
    WITH page AS MATERIALIZED (
      SELECT id
      FROM warehouse_syncs
      WHERE ${page.state === null ? sql`true` : IN_STATE[page.state]}
        ${behind}
      ORDER BY id DESC
      LIMIT ${page.limit}::integer
    )
    SELECT ${SHOWN}
    FROM warehouse_syncs
    JOIN page USING (id)
    ORDER BY id DESC`;
}

/**
 * Literals, as the indexes are partial. What waits is found by an index that is in another order and then
 * sorted: 100,000 of them take 40 ms, and a list along the primary key could read for ever where few wait.
 */
const IN_STATE: Readonly<Record<SyncState, Sql>> = {
  pending: sql`state = 'pending'`,
  in_flight: sql`state = 'in_flight'`,
  succeeded: sql`state = 'succeeded'`,
  failed: sql`state = 'failed'`,
  superseded: sql`state = 'superseded'`,
};

export async function readSync(db: Queryable, syncId: string): Promise<WarehouseSync | null> {
  const [sync] = await db.$queryRaw<WarehouseSync[]>`
    SELECT ${SHOWN}
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return sync ?? null;
}
