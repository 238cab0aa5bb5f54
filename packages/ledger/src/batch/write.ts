import { KEY_LIFETIME, type IdempotencyKey, type Transaction } from '@holdfast/db';
import type { Changes, Fulfillment, NewEvent, Outcome, Reservation } from '@holdfast/domain';
import {
  changedLineRows,
  changedReservationRow,
  levelRow,
  newLineRows,
  newReservationRow,
  allocationRows,
} from './rows.ts';
import { noteLowStock } from './low-stock.ts';
import { writeOrders } from './orders.ts';
import { announceRepair, writeImportedChunk } from './write-stock.ts';

/** A key with what its call is to be answered, now and when it is repeated. */
export interface KeptOutcome extends IdempotencyKey {
  readonly outcome: Outcome;
}

/**
 * Writes a decision: one statement for all rows that are new and the counters, one for each kind of rarer change.
 * Rows travel as JSON, one parameter for each table (docs/decisions/0002 has the numbers).
 *
 * @returns how many events there are to tell, those of stock that became low included
 */
export async function writeChanges(tx: Transaction, changes: Changes, now: number): Promise<number> {
  if (changes.updated.length > 0) await updateReservations(tx, changes.updated, now);
  if (changes.relined.length > 0) await updateLines(tx, changes.relined);
  if (changes.reallocated.length > 0) await replaceAllocations(tx, changes.reallocated);
  if (changes.fulfillments.length > 0) await recordFulfillments(tx, changes.fulfillments, now);
  for (const chunk of changes.importedChunks) await writeImportedChunk(tx, chunk, now);
  await announceRepair(tx, changes);
  if (changes.orders.length > 0) await writeOrders(tx, changes.orders, now);
  const rows =
    changes.movements.length + changes.created.length + changes.events.length + changes.syncs.length;
  const watched = rows > 0 ? await writeRows(tx, changes, now) : [];
  const further = changes.created.filter(({ version }) => version > 1);
  if (further.length > 0) await writeFurtherChanges(tx, further, now);
  // What is written first is told first: that a payment is late comes behind the end of its hold.
  if (changes.refusals.length > 0) await tellOnce(tx, changes.refusals, now);
  // A level that is new may be of a SKU that somebody begins to watch just now: neither would see the other.
  const stocked = changes.movements.filter(({ levelSeq }) => levelSeq === 1).map(({ sku }) => sku);
  const toJudge = new Set([...watched, ...stocked, ...changes.toReview]);
  const aboutLowStock = toJudge.size > 0 ? await noteLowStock(tx, [...toJudge], now) : 0;
  return changes.events.length + changes.refusals.length + aboutLowStock;
}

/** What events have done at once to reservations that are new: rows that are new say only what a create can ask for. */
async function writeFurtherChanges(
  tx: Transaction,
  reservations: readonly Reservation[],
  now: number,
): Promise<void> {
  await updateReservations(tx, reservations, now);
  await updateLines(tx, reservations);
  await replaceAllocations(tx, reservations);
}

/** Answers which SKUs of the changed levels somebody watches, as of a moment when all locks were held. */
async function writeRows(tx: Transaction, changes: Changes, now: number): Promise<readonly string[]> {
  const at = new Date(now).toISOString();
  const skus = [...new Set(changes.levels.map(({ sku }) => sku))];
  const watched = await tx.$queryRaw<{ sku: string }[]>`
    WITH
    counters AS (
      UPDATE stock_levels level
      SET
        on_hand = after.on_hand,
        reserved = after.reserved,
        allocated = after.allocated,
        safety_stock = after.safety_stock,
        shortfall = GREATEST(0, after.reserved + after.allocated - after.on_hand),
        version = after.version,
        level_seq = after.level_seq,
        updated_at = ${at}::timestamptz
      FROM json_to_recordset(${JSON.stringify(changes.levels.map(levelRow))}::json) AS after (
        sku text, location text, on_hand integer, reserved integer, allocated integer, safety_stock integer,
        version bigint, level_seq bigint
      )
      WHERE level.sku = after.sku
        AND level.location = after.location
    ),
    new_reservations AS (
      INSERT INTO reservations (
        id, status, order_id, cart_id, store_id, source, sourcing, expires_at, metadata, version, sync_count,
        created_at, updated_at, confirmed_at
      )
      SELECT
        id, status, order_id, cart_id, store_id, source, sourcing, expires_at, metadata, version, sync_count,
        ${at}::timestamptz, ${at}::timestamptz, confirmed_at
      FROM json_to_recordset(${JSON.stringify(changes.created.map(newReservationRow))}::json) AS r (
        id uuid, status text, order_id text, cart_id text, store_id text, source text, sourcing text, expires_at timestamptz,
        metadata json, version integer, sync_count integer, confirmed_at timestamptz
      )
    ),
    new_lines AS (
      INSERT INTO reservation_lines (reservation_id, line_no, sku, location, quantity, confirmed_quantity)
      SELECT reservation_id, line_no, sku, location, quantity, confirmed_quantity
      FROM json_to_recordset(${JSON.stringify(changes.created.flatMap(newLineRows))}::json) AS line (
        reservation_id uuid, line_no smallint, sku text, location text, quantity integer, confirmed_quantity integer
      )
    ),
    new_allocations AS (
      INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity)
      SELECT reservation_id, line_no, position, location, quantity
      FROM json_to_recordset(${JSON.stringify(changes.created.flatMap(allocationRows))}::json) AS a (
        reservation_id uuid, line_no smallint, position smallint, location text, quantity integer
      )
    ),
    new_movements AS (
      INSERT INTO stock_movements (
        id, at, sku, location, level_seq, kind, on_hand_delta, reserved_delta, allocated_delta,
        on_hand, reserved, allocated, reservation_id, reason, caller
      )
      SELECT
        id, ${at}::timestamptz, sku, location, "levelSeq", kind, "onHandDelta", "reservedDelta", "allocatedDelta",
        "onHand", reserved, allocated, "reservationId", reason, caller
      FROM json_to_recordset(${JSON.stringify(changes.movements)}::json) AS m (
        id uuid, sku text, location text, "levelSeq" bigint, kind text,
        "onHandDelta" integer, "reservedDelta" integer, "allocatedDelta" integer,
        "onHand" integer, reserved integer, allocated integer, "reservationId" uuid, reason text, caller text
      )
    ),
    new_syncs AS (
      INSERT INTO warehouse_syncs (
        id, reservation_id, ordinal, action, order_id, lines, occurred_at, next_attempt_at, created_at
      )
      SELECT
        id, "reservationId", ordinal, action, "orderId", lines, ${at}::timestamptz, ${at}::timestamptz, ${at}::timestamptz
      FROM json_to_recordset(${JSON.stringify(changes.syncs)}::json) AS s (
        id uuid, "reservationId" uuid, ordinal integer, action text, "orderId" text, lines json
      )
    ),
    new_events AS (
      INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data, changed)
      SELECT id, type, subject, ${at}::timestamptz, "reservationId", "reservationVersion", data, changed
      FROM json_to_recordset(${JSON.stringify(changes.events)}::json) AS e (
        id uuid, type text, subject text, "reservationId" uuid, "reservationVersion" integer, data json, changed json
      )
    )
    SELECT sku
    FROM skus
    WHERE sku = ANY(${skus}::text[])
      AND (low_stock_threshold IS NOT NULL OR is_low OR review_asked_at IS NOT NULL)`;
  return watched.map(({ sku }) => sku);
}

/**
 * Keeps what keyed calls are answered. Comes last: whoever waits here holds all other locks already, so batches that
 * share keys wait in the order of the keys.
 *
 * @returns false when another process took one of the keys meanwhile: roll back and decide again
 */
export async function keepOutcomes(
  tx: Transaction,
  outcomes: readonly KeptOutcome[],
  now: number,
): Promise<boolean> {
  if (outcomes.length === 0) return true;
  const at = new Date(now).toISOString();
  const written = await tx.$executeRaw`
    INSERT INTO idempotency_keys AS known (caller, path, key, fingerprint, outcome, created_at)
    SELECT caller, path, key, fingerprint, outcome, ${at}::timestamptz
    FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS kept (
      caller text, path text, key text, fingerprint text, outcome json
    )
    ORDER BY caller, path, key
    ON CONFLICT (caller, path, key) DO UPDATE
    SET fingerprint = EXCLUDED.fingerprint, outcome = EXCLUDED.outcome, created_at = EXCLUDED.created_at
    WHERE known.created_at <= ${at}::timestamptz - ${KEY_LIFETIME}`;
  return written === outcomes.length;
}

/** Writes what has the same id each time that it is told, unless it is there. */
async function tellOnce(tx: Transaction, refusals: readonly NewEvent[], now: number): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO events (id, type, subject, time, reservation_id, reservation_version, data, changed)
    SELECT
      id, type, subject, ${new Date(now).toISOString()}::timestamptz, "reservationId", "reservationVersion", data, changed
    FROM json_to_recordset(${JSON.stringify(refusals)}::json) AS e (
      id uuid, type text, subject text, "reservationId" uuid, "reservationVersion" integer, data json, changed json
    )
    ON CONFLICT (id) DO NOTHING`;
}

async function updateReservations(
  tx: Transaction,
  updated: readonly Reservation[],
  now: number,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE reservations r
    SET
      status = after.status,
      order_id = after.order_id,
      release_reason = after.release_reason,
      payment_reference = after.payment_reference,
      expires_at = after.expires_at,
      extensions = after.extensions,
      version = after.version,
      sync_count = after.sync_count,
      updated_at = ${new Date(now).toISOString()}::timestamptz,
      confirmed_at = after.confirmed_at,
      released_at = after.released_at,
      expired_at = after.expired_at,
      cancelled_at = after.cancelled_at,
      fulfilled_at = after.fulfilled_at
    FROM json_to_recordset(${JSON.stringify(updated.map(changedReservationRow))}::json) AS after (
      id uuid, status text, order_id text, release_reason text, payment_reference text, expires_at timestamptz,
      extensions integer, version integer, sync_count integer, confirmed_at timestamptz, released_at timestamptz,
      expired_at timestamptz, cancelled_at timestamptz, fulfilled_at timestamptz
    )
    WHERE r.id = after.id`;
}

async function updateLines(tx: Transaction, relined: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    UPDATE reservation_lines line
    SET
      confirmed_quantity = after.confirmed_quantity,
      fulfilled_quantity = after.fulfilled_quantity,
      cancelled_quantity = after.cancelled_quantity
    FROM json_to_recordset(${JSON.stringify(relined.flatMap(changedLineRows))}::json) AS after (
      reservation_id uuid, line_no smallint, confirmed_quantity integer, fulfilled_quantity integer,
      cancelled_quantity integer
    )
    WHERE line.reservation_id = after.reservation_id
      AND line.line_no = after.line_no`;
}

async function replaceAllocations(tx: Transaction, reallocated: readonly Reservation[]): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM line_allocations
    WHERE reservation_id = ANY(${reallocated.map(({ id }) => id)}::uuid[])`;
  await tx.$executeRaw`
    INSERT INTO line_allocations (reservation_id, line_no, position, location, quantity, fulfilled_quantity)
    SELECT reservation_id, line_no, position, location, quantity, coalesce(fulfilled_quantity, 0)
    FROM json_to_recordset(${JSON.stringify(reallocated.flatMap(allocationRows))}::json) AS a (
      reservation_id uuid, line_no smallint, position smallint, location text, quantity integer,
      fulfilled_quantity integer
    )`;
}

async function recordFulfillments(
  tx: Transaction,
  fulfillments: readonly Fulfillment[],
  now: number,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation_fulfillments (reservation_id, fulfillment_id, parts, created_at)
    SELECT "reservationId", "fulfillmentId", parts, ${new Date(now).toISOString()}::timestamptz
    FROM json_to_recordset(${JSON.stringify(fulfillments)}::json) AS f (
      "reservationId" uuid, "fulfillmentId" text, parts json
    )`;
}
