import { sql, type Transaction } from '@holdfast/db';
import { reservationsAsJson } from '@holdfast/reservations';
import type { Fulfillment, RefusedPayment, Reservation, Snapshot, Targets } from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import { readAudits } from './audit.ts';
import type { Batch } from './entry.ts';
import type { Found } from './lock-order.ts';
import { confirmedBy, refusedPaymentsOf } from './refused-payments.ts';

/** All that a decision needs, read after the locks are held. */
export interface Reading
  extends Pick<Context, 'now' | 'transactionId' | 'knownKeys'>, Pick<Found, 'sawAllDue'> {
  readonly snapshot: Snapshot;
}

interface OfReservations {
  readonly context: Context;
  readonly reservations: readonly Reservation[];
  readonly fulfillments: readonly Fulfillment[];
  readonly refusedPayments: readonly RefusedPayment[];
}

/**
 * Reads what belongs to reservations, where there are any: a statement of its own, after the locking ones.
 */
export async function readFor(tx: Transaction, batch: Batch, found: Found): Promise<Reading> {
  const { reservationIds, context } = found;
  const audits = await readAudits(tx, batch.targets);
  if (context && reservationIds.length === 0) return readingOf(context, { ...found, audits });
  const fulfillments = fulfillmentsNamedBy(batch.targets, found);
  const [row] = await tx.$queryRaw<OfReservations[]>`
    SELECT
      ${contextOf(batch)} AS context,
      ${reservationsAsJson(reservationIds)} AS reservations,
      ${fulfillments.length > 0 ? knownFulfillments(fulfillments) : sql`'[]'::json`} AS fulfillments,
      ${refusedPaymentsOf(confirmedBy(batch.targets, found.named))} AS "refusedPayments"`;
  if (!row) throw new Error('the read statement returned no row');
  return readingOf(row.context, { ...found, audits, ...row });
}

function readingOf(
  { now, transactionId, knownKeys, ...named }: Context,
  {
    levels,
    orders,
    imports,
    sawAllDue,
    audits,
    reservations = [],
    fulfillments = [],
    refusedPayments = [],
  }: Pick<Found, 'levels' | 'orders' | 'imports' | 'sawAllDue'> &
    Pick<Snapshot, 'audits'> &
    Partial<Omit<OfReservations, 'context'>>,
): Reading {
  return {
    snapshot: { ...named, levels, orders, imports, audits, reservations, fulfillments, refusedPayments },
    now,
    transactionId,
    knownKeys,
    sawAllDue,
  };
}

function fulfillmentsNamedBy(
  { fulfillments, orderFulfillments }: Targets,
  { orders, reservationsOfOrders }: Found,
): Omit<Fulfillment, 'parts'>[] {
  const ofOrders = [
    ...orderFulfillments,
    ...orders.flatMap(({ orderId, fulfillments: early }) => early.map((each) => ({ ...each, orderId }))),
  ];
  return [
    ...fulfillments,
    // Which of the order's reservations is meant is found out later.
    ...ofOrders.flatMap(({ orderId, fulfillmentId }) =>
      reservationsOfOrders
        .filter((each) => each.orderId === orderId)
        .map(({ id }) => ({ reservationId: id, fulfillmentId })),
    ),
  ];
}

function knownFulfillments(asked: readonly Omit<Fulfillment, 'parts'>[]) {
  return sql`(
        SELECT coalesce(json_agg(json_build_object(
          'reservationId', known.reservation_id,
          'fulfillmentId', known.fulfillment_id,
          'parts', known.parts
        )), '[]')
        FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked ("reservationId" uuid, "fulfillmentId" text)
        JOIN reservation_fulfillments known
          ON known.reservation_id = asked."reservationId"
          AND known.fulfillment_id = asked."fulfillmentId"
      )`;
}
