import type { SyncAction, SyncState } from '@holdfast/domain';
import { sql, type Queryable, type Sql } from './client.ts';
import type { NextSync } from './warehouse-syncs.ts';

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

const SHOWN: Sql = sql`id, reservation_id, action, state, attempts, last_status, last_error, next_attempt_at`;

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
      WHERE ${inState(page.state)}
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
 * Literals, as the indexes are partial. What waits is found by an index that is in another order and then sorted: 100,000 of
 * them take 40 ms, and a list along the primary key could read for ever where few wait.
 */
function inState(state: SyncState | null): Sql {
  switch (state) {
    case null:
      return sql`true`;
    case 'pending':
      return sql`state = 'pending'`;
    case 'in_flight':
      return sql`state = 'in_flight'`;
    case 'succeeded':
      return sql`state = 'succeeded'`;
    case 'failed':
      return sql`state = 'failed'`;
    case 'superseded':
      return sql`state = 'superseded'`;
    default:
      return state satisfies never;
  }
}

/** A failed sync gets all its attempts anew; one that waits, an attempt now. */
const TRIED_AGAIN: Sql = sql`
  attempts_forgiven = CASE state WHEN 'failed' THEN attempts ELSE attempts_forgiven END,
  state = 'pending',
  next_attempt_at = clock_timestamp(),
  finished_at = NULL`;

/** Something later of its reservation waits, or was told: this one is not to be told any more. */
const HAS_SUCCESSOR: Sql = sql`
  EXISTS (
    SELECT
    FROM warehouse_syncs later
    WHERE later.reservation_id = sync.reservation_id
      AND later.ordinal > sync.ordinal
  )`;

/**
 * Has one sync tried again that failed, or that waits. One that failed and has a successor is superseded instead. Null: it
 * is in another state, now or before, or does not exist.
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

/** Has failed syncs tried again that are the last word of their reservation, the oldest first, `limit` at most. */
export async function retryFailedSyncs(db: Queryable, limit: number): Promise<readonly NextSync[]> {
  return db.$queryRaw<NextSync[]>`
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

/** One sync as it is now. */
export async function readSync(db: Queryable, syncId: string): Promise<WarehouseSync | null> {
  const [sync] = await db.$queryRaw<WarehouseSync[]>`
    SELECT ${SHOWN}
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return sync ?? null;
}

/** What the warehouse has not been told yet, and what it could not be told. */
export interface SyncBacklog {
  readonly waiting: Readonly<Record<SyncAction, number>>;
  /** How long the oldest has waited, in seconds; 0 when none waits. */
  readonly oldestSeconds: number;
  readonly failed: number;
}

/** Counts what waits, by index: 100,000 take some 50 ms. */
export async function readSyncBacklog(db: Queryable): Promise<SyncBacklog> {
  const rows = await db.$queryRaw<{ action: SyncAction; waiting: number; oldestSeconds: number }[]>`
    SELECT
      action,
      count(*)::integer AS waiting,
      GREATEST(0, extract(epoch FROM statement_timestamp() - min(occurred_at)))::float8 AS "oldestSeconds"
    FROM (
      SELECT action, occurred_at FROM warehouse_syncs WHERE state = 'pending'
      UNION ALL
      SELECT action, occurred_at FROM warehouse_syncs WHERE state = 'in_flight'
    ) open_syncs
    GROUP BY action`;
  const [failures] = await db.$queryRaw<{ failed: number }[]>`
    SELECT count(*)::integer AS failed
    FROM warehouse_syncs
    WHERE state = 'failed'`;
  const waiting = { confirm: 0, release: 0, expire: 0, cancel: 0 };
  for (const row of rows) waiting[row.action] = row.waiting;
  return {
    waiting,
    oldestSeconds: Math.max(0, ...rows.map(({ oldestSeconds }) => oldestSeconds)),
    failed: failures?.failed ?? 0,
  };
}
