import { sql, type Sql } from '@holdfast/db';
import type { RefusedPayment, Targets } from '@holdfast/domain';

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

/** Rows of `refused_payments`: for each payment the one that was decided last. */
export function refusedPaymentRows(refused: readonly RefusedPayment[]) {
  const rows = refused.map(({ paymentReference, ...rest }) => ({
    ...rest,
    paymentReference: paymentReference ?? '',
  }));
  return [...new Map(rows.map((row) => [`${row.reservationId} ${row.paymentReference}`, row])).values()];
}
