import { confirmRefusedEvent, type PaymentRefusal } from '../draft-events.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { refuseTransition } from './refuse.ts';

/**
 * Publishes `confirm_refused` for a payment that arrives when nothing is held any more: once, and once more
 * when it becomes final. The payment of a reservation that was confirmed and then cancelled was in time, and
 * a repeat of it is not refused.
 */
export function refuseLatePayment(
  draft: Draft,
  ended: Reservation,
  { paymentReference, final, refusal }: PaymentRefusal,
): void {
  const cameInTime = ended.status === 'cancelled' && ended.paymentReference === paymentReference;
  if (paymentReference !== null && cameInTime) return;
  const known = draft.refusedPayment(ended.id, paymentReference);
  if (known && (known.final || !final)) return;
  draft.recordRefusedPayment({ reservationId: ended.id, paymentReference, final });
  // Only an expired hold can have two: refusals in other states are always final.
  const isSecond = ended.status === 'expired' && final ? ['final'] : [];
  const name = ['confirm_refused', ended.id, ended.version, paymentReference, ...isSecond];
  draft.addEventOnce(name, ended.updatedAt, (id) =>
    confirmRefusedEvent(id, ended, { paymentReference, final, refusal }, draft.now),
  );
}

/**
 * Refuses a payment that was refused permanently before: its caller was asked to refund it, so it can buy
 * nothing. A call without a payment is never refused for that reason: there is nothing to refund.
 */
export function refuseRefundedPayment(
  draft: Draft,
  reservation: Reservation,
  paymentReference: string | null,
): Refused | null {
  if (paymentReference === null || !draft.refusedPayment(reservation.id, paymentReference)?.final)
    return null;
  const why = `Payment ${paymentReference} was refused for this reservation before, for good: refund it, and confirm with another one.`;
  return refuseTransition('confirmed', reservation, why);
}
