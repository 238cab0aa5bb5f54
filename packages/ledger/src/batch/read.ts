import { sql, type Sql, type Transaction } from '@holdfast/db';
import { reservationsAsJson } from '@holdfast/reservations';
import type {
  PartName,
  RecordedPart,
  RefusedPayment,
  Reservation,
  Snapshot,
  Targets,
} from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import { readAudits } from './audit.ts';
import type { Batch } from './entry.ts';
import type { Found } from './lock-order.ts';
import { NO_LINE, readLine, skusToCount } from './waiting-line.ts';

/** All that a decision needs, read after the locks are held. */
export interface Reading
  extends Pick<Context, 'now' | 'transactionId' | 'knownKeys'>, Pick<Found, 'sawAllDue'> {
  readonly snapshot: Snapshot;
}

interface OfReservations {
  readonly context: Context;
  readonly reservations: readonly Reservation[];
  readonly recordedParts: readonly RecordedPart[];
  readonly refusedPayments: readonly RefusedPayment[];
}

/** Reads what belongs to reservations by a statement of its own, which comes after the locking ones. */
export async function readFor(tx: Transaction, batch: Batch, found: Found): Promise<Reading> {
  const { levels, orders, imports, sawAllDue } = found;
  const audits = await readAudits(tx, batch.targets);
  const { context, ...ofReservations } =
    found.context && found.reservationIds.length === 0
      ? { context: found.context, reservations: [], recordedParts: [], refusedPayments: [] }
      : await readReservations(tx, batch, found);
  const { now, transactionId, knownKeys, ...named } = context;
  const skus = skusToCount(batch.targets, ofReservations.reservations);
  const hasLine = found.hasLine || skus.length > 0;
  const line = hasLine ? await readLine(tx, { levels, named: found.named, skus }, now) : NO_LINE;
  const snapshot = {
    ...named,
    ...ofReservations,
    levels,
    ...line,
    orders,
    imports,
    audits,
    customerUnits: [],
  };
  return { snapshot, now, transactionId, knownKeys, sawAllDue };
}

async function readReservations(tx: Transaction, batch: Batch, found: Found): Promise<OfReservations> {
  const parts = partsNamedBy(batch.targets, found);
  const [row] = await tx.$queryRaw<OfReservations[]>`
    SELECT
      ${contextOf(batch, found.reservationIds)} AS context,
      ${reservationsAsJson(found.reservationIds)} AS reservations,
      ${parts.length > 0 ? knownParts(parts) : sql`'[]'::json`} AS "recordedParts",
      ${refusedPaymentsOf(confirmedBy(batch.targets, found.named))} AS "refusedPayments"`;
  if (!row) throw new Error('the read statement returned no row');
  return row;
}

function partsNamedBy(
  { recordedParts, orderFulfillments }: Targets,
  { orders, reservationsOfOrders }: Found,
): PartName[] {
  const ofOrders = [
    ...orderFulfillments,
    ...orders.flatMap(({ orderId, fulfillments: early }) => early.map((each) => ({ ...each, orderId }))),
  ];
  return [
    ...recordedParts,
    // Which of the order's reservations is meant is found out later.
    ...ofOrders.flatMap(({ orderId, fulfillmentId }) =>
      reservationsOfOrders
        .filter((each) => each.orderId === orderId)
        .map(({ id }) => ({ reservationId: id, kind: 'fulfillment', partId: fulfillmentId }) as const),
    ),
  ];
}

function knownParts(asked: readonly PartName[]): Sql {
  return sql`(
        SELECT coalesce(json_agg(json_build_object(
          'reservationId', known.reservation_id,
          'kind', known.kind,
          'partId', known.part_id,
          'parts', known.parts
        )), '[]')
        FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked ("reservationId" uuid, kind text, "partId" text)
        JOIN reservation_parts known
          ON known.reservation_id = asked."reservationId"
          AND known.kind = asked.kind
          AND known.part_id = asked."partId"
      )`;
}

/** Reservations whose refused payments a decision needs: those that are to be confirmed. */
export function confirmedBy({ readsRefusedPayments }: Targets, named: readonly string[]): readonly string[] {
  return readsRefusedPayments ? named : [];
}

/** As JSON. A call that named no payment is stored with an empty reference, which no payment has. */
export function refusedPaymentsOf(reservationIds: readonly string[]): Sql {
  if (reservationIds.length === 0) return sql`'[]'::json`;
  return sql`(
        SELECT coalesce(json_agg(json_build_object(
          'reservationId', reservation_id,
          'paymentReference', nullif(payment_reference, ''),
          'final', final
        ) ORDER BY reservation_id, payment_reference), '[]')
        FROM refused_payments
        WHERE reservation_id = ANY(${reservationIds}::uuid[])
      )`;
}
