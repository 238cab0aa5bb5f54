import type { Draft } from '../draft.ts';
import type { Reservation } from '../reservation.ts';

/** The caller, the order and the payment of a confirm. */
export interface ConfirmedBy {
  readonly orderId: string | null;
  readonly paymentReference: string | null;
  readonly caller: string;
}

/** Makes a reservation whose stock is allocated `confirmed`, and publishes it. */
export function asConfirmed(draft: Draft, reservation: Reservation, by: ConfirmedBy): Reservation {
  const confirmed = draft.addSync(
    {
      ...reservation,
      status: 'confirmed',
      orderId: reservation.orderId ?? by.orderId,
      paymentReference: by.paymentReference,
      version: reservation.version + 1,
      updatedAt: draft.now,
      confirmedAt: draft.now,
    },
    'confirm',
  );
  draft.addEvents(confirmed, 'confirmed');
  return draft.put(confirmed);
}
