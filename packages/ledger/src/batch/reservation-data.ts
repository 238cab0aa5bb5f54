import { sql, type Sql } from '@holdfast/db';
import { reservationsAsJson } from '@holdfast/reservations';
import type { PartName, RecordedPart, RefusedPayment, Reservation, Targets } from '@holdfast/domain';
import type { NamedOrders } from './orders.ts';

/** What belongs to reservations: read under their locks. */
export interface ReservationData {
  readonly reservations: readonly Reservation[];
  readonly recordedParts: readonly RecordedPart[];
  readonly refusedPayments: readonly RefusedPayment[];
}

export const NO_DATA: ReservationData = { reservations: [], recordedParts: [], refusedPayments: [] };

interface WantedData {
  /** An array of the ids of all reservations that are read. */
  readonly ids: Sql;
  /** Those of them that commands name. */
  readonly named: readonly string[];
  readonly parts: readonly PartName[];
}

/** {@link ReservationData} as one JSON value. */
export function dataOfReservations(targets: Targets, { ids, named, parts }: WantedData): Sql {
  return sql`json_build_object(
      'reservations', ${reservationsAsJson(ids)},
      'recordedParts', ${parts.length > 0 ? knownParts(parts) : sql`'[]'::json`},
      'refusedPayments', ${refusedPaymentsOf(confirmedBy(targets, named))}
    )`;
}

/** The parts that commands and early fulfillments of orders name. */
export function partsNamedBy(
  { recordedParts, orderFulfillments }: Targets,
  { orders, reservationsOfOrders }: NamedOrders,
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
function refusedPaymentsOf(reservationIds: readonly string[]): Sql {
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
