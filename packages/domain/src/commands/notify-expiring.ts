import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { expiringEvent } from '../draft-events.ts';
import { noticeTimeOf } from '../hold-lifetime.ts';
import { unchanged, type ReservationOutcome } from '../outcome.ts';
import { NO_TARGETS } from '../targets.ts';
import { refuseUnknownReservation } from './refuse.ts';

export interface NotifyExpiringCommand {
  readonly kind: 'notify-expiring';
  readonly reservationId: string;
}

export const notifyExpiringCommand = defineCommand<NotifyExpiringCommand, ReservationOutcome>({
  targets: ({ reservationId }) => ({ ...NO_TARGETS, reservations: [reservationId] }),
  decide: notifyExpiring,
});

/**
 * Publishes that a hold ends soon, once for each time at which it would end, however often it is submitted.
 * It does nothing before its time, or if the reservation is not held any more.
 */
function notifyExpiring(draft: Draft, { reservationId }: NotifyExpiringCommand): ReservationOutcome {
  const held = draft.reservation(reservationId);
  if (!held) return refuseUnknownReservation(reservationId);
  const noticeAt = noticeTimeOf(held);
  if (noticeAt !== null && noticeAt <= draft.now) {
    draft.addEventOnce(['expiring', held.id, held.expiresAt], noticeAt, (id) =>
      expiringEvent(id, held, draft.now),
    );
  }
  return unchanged(draft, held);
}
