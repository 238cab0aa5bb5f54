import { sql, sqlStateOf, type Sql, type SqlRunner } from '@holdfast/db';
import type { Changes, Reservation } from '@holdfast/domain';
import { keeping, type KeptOutcome } from '@holdfast/idempotency';
import { changedCounters } from './customer-counters.ts';
import { watchedAmong } from './low-stock.ts';
import { skusFreedBy, waitedForAmong } from './waiting-line.ts';
import { updateLines, updateReservations } from './write-reservations.ts';
import { allocationRows, eventRow, levelRow, movementRow, newLineRows, newReservationRow } from './rows.ts';

/** Read when all locks were held. */
export interface RowsWritten {
  /** SKUs of the changed levels that are watched. */
  readonly watched: readonly string[];
  /** Those of which units came free and that reservations wait for. */
  readonly waitedFor: readonly string[];
}

export interface ToWrite {
  /** ISO 8601. */
  readonly at: string;
  /** An expression: whether the decision was overtaken. */
  readonly overtaken: Sql;
  readonly kept: readonly KeptOutcome[];
  /**
   * Whether COMMIT follows. Then a SKU that has come under watch since the locks were taken is a reason to
   * begin again.
   */
  readonly isLast: boolean;
}

/** Why PostgreSQL stops a statement that writes a decision: the transaction is rolled back. */
export type NotWritten = 'overtaken' | 'key_taken';

/** The SQLSTATE of the function `refuse_commit`, whose message is a {@link NotWritten}. */
const COMMIT_REFUSED = 'RB001';

export function whyNotWritten(error: unknown): NotWritten | null {
  return error instanceof Error && sqlStateOf(error) === COMMIT_REFUSED
    ? (error.message as NotWritten)
    : null;
}

/** An expression that raises an error: what stands in this statement must not be committed. */
export const refusing = ({ overtaken, kept }: Pick<ToWrite, 'overtaken' | 'kept'>): Sql => sql`CASE
        WHEN ${overtaken} THEN refuse_commit('overtaken')
        ${
          kept.length > 0
            ? sql`WHEN (SELECT count(*) FROM kept) < ${kept.length}::integer THEN refuse_commit('key_taken')`
            : sql``
        }
      END`;

/**
 * Writes all rows that are new, the counters, and the changes of reservations that most verbs make, in one
 * statement. Keys are waited for here: all rows that two batches could both want are locked already.
 */
export async function writeRows(
  tx: SqlRunner,
  changes: Changes,
  { at, kept, overtaken, isLast }: ToWrite,
): Promise<RowsWritten> {
  const watched = watchedAmong([...new Set(changes.levels.map(({ sku }) => sku))]);
  const [row] = await tx.$queryRaw<(RowsWritten & { readonly refused: boolean | null })[]>`
    WITH
    counters AS (
      UPDATE stock_levels level
      SET
        on_hand = after.on_hand,
        reserved = after.reserved,
        allocated = after.allocated,
        safety_stock = after.safety_stock,
        backorder_limit = after.backorder_limit,
        shortfall = GREATEST(0, after.reserved + after.allocated - after.on_hand - after.backorder_limit),
        version = after.version,
        level_seq = after.level_seq,
        updated_at = ${at}::timestamptz
      FROM json_to_recordset(${JSON.stringify(changes.levels.map(levelRow))}::json) AS after (
        sku text, location text, on_hand integer, reserved integer, allocated integer, safety_stock integer,
        backorder_limit integer, version bigint, level_seq bigint
      )
      WHERE level.sku = after.sku
        AND level.location = after.location
    ),
    ${changedCounters(changes)}
    ${changedReservations(changes, at)}
    ${newReservations(changes.created, at)},
    ${newHistory(changes, at)}
    ${kept.length > 0 ? sql`, kept AS (${keeping(kept, at)} RETURNING 1)` : sql``}
    SELECT
      ${isLast ? sql`ARRAY[]::text[]` : sql`ARRAY(${watched})`} AS watched,
      ${waitedForAmong(skusFreedBy(changes))} AS "waitedFor",
      ${refusing({ kept, overtaken: isLast ? sql`(${overtaken} OR EXISTS (${watched}))` : overtaken })} AS refused`;
  if (!row) throw new Error('the write statement returned no row');
  return row;
}

/** A part of the statement. Nothing where only new rows are written. */
function changedReservations({ updated, linesChanged }: Changes, at: string): Sql {
  return sql`
    ${updated.length > 0 ? sql`changed_reservations AS (${updateReservations(updated, at)}),` : sql``}
    ${linesChanged.length > 0 ? sql`changed_lines AS (${updateLines(linesChanged)}),` : sql``}`;
}

function newReservations(created: readonly Reservation[], at: string): Sql {
  return sql`new_reservations AS (
      INSERT INTO reservations (
        id, status, order_id, cart_id, customer_id, store_id, source, sourcing, locations, if_short, release_reason,
        payment_reference, expires_at, metadata, version, sync_count, created_at, updated_at, confirmed_at, withdrawn_at,
        create_fingerprint, id_time_is_off, notify_before_seconds
      )
      SELECT
        id, status, order_id, cart_id, customer_id, store_id, source, sourcing, locations, if_short, release_reason,
        payment_reference, expires_at, metadata, version, sync_count, ${at}::timestamptz, ${at}::timestamptz, confirmed_at,
        withdrawn_at, create_fingerprint, id_time_is_off, notify_before_seconds
      FROM json_to_recordset(${JSON.stringify(created.map(newReservationRow))}::json) AS r (
        id uuid, status text, order_id text, cart_id text, customer_id text, store_id text, source text, sourcing text,
        locations text[], if_short text, release_reason text, payment_reference text, expires_at timestamptz, metadata json,
        version integer, sync_count integer, confirmed_at timestamptz, withdrawn_at timestamptz, create_fingerprint text,
        id_time_is_off boolean, notify_before_seconds integer
      )
    ),
    new_lines AS (
      INSERT INTO reservation_lines (
        reservation_id, line_no, sku, location, quantity, requested_quantity, confirmed_quantity
      )
      SELECT reservation_id, line_no, sku, location, quantity, requested_quantity, confirmed_quantity
      FROM json_to_recordset(${JSON.stringify(created.flatMap(newLineRows))}::json) AS line (
        reservation_id uuid, line_no smallint, sku text, location text, quantity integer, requested_quantity integer,
        confirmed_quantity integer
      )
    ),
    new_allocations AS (
      INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
      SELECT reservation_id, line_no, position, location, quantity
      FROM json_to_recordset(${JSON.stringify(created.flatMap(allocationRows))}::json) AS a (
        reservation_id uuid, line_no smallint, position smallint, location text, quantity integer
      )
    )`;
}

/** What is only ever added: movements, syncs and events. */
function newHistory({ movements, syncs, events }: Changes, at: string): Sql {
  // Hardly any movement is of an import, or changes the limit of its level: the others do not pay for the
  // columns.
  const rare = movements.some(({ backorderLimitDelta, importId }) => backorderLimitDelta || importId);
  const [columns, types] = rare
    ? [sql`, backorder_limit_delta, import_id`, sql`, backorder_limit_delta integer, import_id uuid`]
    : [sql``, sql``];
  return sql`new_movements AS (
      INSERT INTO stock_movements (
        id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
        on_hand, reserved, allocated, reservation_id, reason, caller${columns}
      )
      SELECT
        id, ${at}::timestamptz, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
        on_hand, reserved, allocated, reservation_id, reason, caller${columns}
      FROM json_to_recordset(${JSON.stringify(movements.map(movementRow))}::json) AS m (
        id uuid, sku text, location text, level_seq bigint, kind text,
        on_hand_delta integer, reserved_delta integer, allocated_delta integer,
        on_hand integer, reserved integer, allocated integer, reservation_id uuid, reason text, caller text${types}
      )
    ),
    new_syncs AS (
      INSERT INTO warehouse_syncs (
        id, reservation_id, ordinal, action, order_id, lines, ends_reservation, occurred_at, next_attempt_at, created_at,
        request_id, traceparent
      )
      SELECT
        id, "reservationId", ordinal, action, "orderId", lines, "endsReservation",
        ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz, "requestId", traceparent
      FROM json_to_recordset(${JSON.stringify(syncs)}::json) AS s (
        id uuid, "reservationId" uuid, ordinal integer, action text, "orderId" text, lines json, "endsReservation" boolean,
        "requestId" text, traceparent text
      )
    ),
    new_events AS (
      INSERT INTO events (
        id, type, subject, time, reservation_id, reservation_version, data, changed, request_id, traceparent
      )
      SELECT
        id, type, coalesce(subject, reservation_id::text), ${at}::timestamptz, reservation_id, reservation_version,
        data, changed, request_id, traceparent
      FROM json_to_recordset(${JSON.stringify(events.map(eventRow))}::json) AS e (
        id uuid, type text, subject text, reservation_id uuid, reservation_version integer, data json, changed json,
        request_id text, traceparent text
      )
    )`;
}
