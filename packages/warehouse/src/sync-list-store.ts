import type { SyncAction, SyncState } from '@holdfast/contract';
import {
  firstIdAt,
  isoTime,
  searchIds,
  sql,
  type Found,
  type Queryable,
  type Sql,
  type SqlRunner,
} from '@holdfast/db';
import type { HoldRequest } from './gateway-contract.ts';

/** A sync as the contract shows it. */
export interface WarehouseSync {
  readonly id: string;
  readonly reservation_id: string;
  readonly order_id: string | null;
  readonly action: SyncAction;
  readonly state: SyncState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly next_attempt_at: Date | null;
  readonly created_at: Date;
}

export const SHOWN: Sql = sql`id, reservation_id, order_id, action, state, attempts, last_status, last_error,
  next_attempt_at, created_at`;

/** The filters of a list; null: any. */
export interface SyncFilter {
  readonly state: SyncState | null;
  readonly orderId: string | null;
  readonly reservationId: string | null;
  /** Created then or later. A time of RFC 3339. */
  readonly since: string | null;
}

/** A page of syncs, newest or oldest first, behind the one with `afterId`. */
export async function readSyncs(
  db: Queryable,
  filter: SyncFilter,
  page: { readonly oldestFirst: boolean; readonly afterId: string | null; readonly limit: number },
): Promise<readonly WarehouseSync[]> {
  const { oldestFirst, afterId } = page;
  const order = oldestFirst ? sql`ASC` : sql`DESC`;
  const behind = oldestFirst ? sql`id > ${afterId}::uuid` : sql`id < ${afterId}::uuid`;
  return db.$queryRaw<WarehouseSync[]>`
    WITH page AS MATERIALIZED (
      SELECT id
      FROM warehouse_syncs
      WHERE ${filter.state === null ? sql`true` : IN_STATE[filter.state]}
        AND ${filter.reservationId === null ? sql`true` : sql`reservation_id = ${filter.reservationId}::uuid`}
        AND ${filter.orderId === null ? sql`true` : ofOrder(filter.orderId)}
        AND ${filter.since === null ? sql`true` : createdSince(filter.since)}
        AND ${afterId === null ? sql`true` : behind}
      ORDER BY id ${order}
      LIMIT ${page.limit}::integer
    )
    SELECT ${SHOWN}
    FROM warehouse_syncs
    JOIN page USING (id)
    ORDER BY id ${order}`;
}

/**
 * Literals, as the indexes are partial. Pending syncs are found by an index in another order, and then
 * sorted: 100,000 of them take 40 ms. By the primary key, a list of few would read the whole table.
 */
const IN_STATE: Readonly<Record<SyncState, Sql>> = {
  pending: sql`state = 'pending'`,
  in_flight: sql`state = 'in_flight'`,
  succeeded: sql`state = 'succeeded'`,
  failed: sql`state = 'failed'`,
  superseded: sql`state = 'superseded'`,
};

const ofOrder = (orderId: string): Sql => sql`reservation_id IN (
          SELECT id
          FROM reservations
          WHERE order_id = ${orderId}
        )`;

/** Times in ids are those of the processes that made them, which follow the database's clock closely. */
const createdSince = (since: string): Sql => sql`created_at >= ${since}::timestamptz
        AND id >= ${firstIdAt(sql`(${since}::timestamptz - interval '10 minutes')`)}`;

export async function readSync(db: SqlRunner, syncId: string): Promise<WarehouseSync | null> {
  const [sync] = await db.$queryRaw<WarehouseSync[]>`
    SELECT ${SHOWN}
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return sync ?? null;
}

/** Who has a sync tried again, and why. */
export interface RetriedBy {
  readonly caller: string;
  readonly reason: string | null;
}

/** One call of the gateway. */
interface SyncAttempt {
  readonly number: number;
  readonly started_at: string;
  readonly finished_at: string | null;
  readonly status: number | null;
  readonly error: string | null;
  /** The first 1,000 characters. */
  readonly answer: string | null;
  readonly next_attempt_at: string | null;
  readonly retry: (RetriedBy & { readonly at: string }) | null;
}

/** One sync: the request that all of its attempts send, and its last attempts, oldest first. */
export interface SyncDetails extends WarehouseSync {
  readonly sent: HoldRequest;
  readonly finished_at: Date | null;
  readonly attempt_history: readonly SyncAttempt[];
}

export async function readSyncDetails(
  db: Queryable,
  syncId: string,
  attemptsMax: number,
): Promise<SyncDetails | null> {
  const [sync] = await db.$queryRaw<SyncDetails[]>`
    SELECT
      ${SHOWN},
      finished_at,
      json_build_object(
        'reservation_id', reservation_id,
        'order_id', order_id,
        'action', action,
        'lines', lines,
        'occurred_at', ${isoTime(sql`occurred_at`)}
      ) AS sent,
      coalesce(
        (
          SELECT json_agg(newest ORDER BY newest.number)
          FROM (
            SELECT
              number,
              ${isoTime(sql`started_at`)} AS started_at,
              ${isoTime(sql`attempt.finished_at`)} AS finished_at,
              status,
              error,
              answer,
              ${isoTime(sql`attempt.next_attempt_at`)} AS next_attempt_at,
              retries -> (number - 1)::text AS retry
            FROM warehouse_sync_attempts attempt
            WHERE sync_id = warehouse_syncs.id
            ORDER BY number DESC
            LIMIT ${attemptsMax}::integer
          ) newest
        ),
        '[]'
      ) AS attempt_history
    FROM warehouse_syncs
    WHERE id = ${syncId}::uuid`;
  return sync ?? null;
}

/** Syncs whose id is `text` or begins with it, oldest first. */
export const searchSyncs = (db: Queryable, text: string, limit: number): Promise<readonly Found[]> =>
  searchIds(db, text, {
    table: sql`warehouse_syncs`,
    label: sql`action || ', ' || state || coalesce(', order ' || order_id, '')`,
    limit,
  });
