import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { cancelOpen } from './cancel.ts';
import { refuseClientId } from './client-id.ts';
import { refuseTransition } from './refuse.ts';
import { endHold, leaveLine } from './release.ts';
import { isWaiting } from '../waiting-line.ts';

export interface WithdrawCommand extends Asked {
  readonly kind: 'withdraw';
  readonly reservationId: string;
  readonly reason: string | null;
}

export const withdrawCommand = defineCommand<WithdrawCommand, ReservationOutcome>({
  targets: ({ reservationId }) => {
    const reservations = [reservationId];
    return { ...NO_TARGETS, reservations, clientReservations: reservations };
  },
  decide: withdraw,
});

/**
 * Makes sure that a reservation holds nothing, and never does again: it is released or cancelled, and marked.
 * For an unknown id, a reservation without lines is stored, so that a create that comes later is refused.
 * Nothing is published of that one: nothing was ever published under its id.
 */
function withdraw(draft: Draft, command: WithdrawCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) {
    return refuseClientId(command.reservationId, draft.now) ?? changed(draft, leaveTombstone(draft, command));
  }
  const withdrawn = { ...reservation, withdrawnAt: draft.now };
  const next = TRANSITIONS.withdraw[stateOf(reservation)];
  switch (next) {
    case 'released':
      if (isWaiting(reservation)) {
        return changed(draft, leaveLine(draft, { ...reservation, withdrawnAt: draft.now }, command));
      }
      return changed(
        draft,
        reservation.status === 'held'
          ? endHold(draft, withdrawn, command)
          : mark(draft, reservation, command),
      );
    case 'cancelled or invalid_transition':
      return reservation.lines.some(({ fulfilledQuantity }) => fulfilledQuantity > 0)
        ? refuseTransition('withdrawn', reservation, WHY_NOT)
        : changed(draft, cancelOpen(draft, withdrawn, command));
    case 'expired':
    case 'cancelled':
      return changed(draft, mark(draft, reservation, command));
    case 'repeat':
      return unchanged(draft, reservation);
    case 'invalid_transition':
      return refuseTransition('withdrawn', reservation, WHY_NOT);
    default:
      return next satisfies never;
  }
}

const WHY_NOT =
  'Units of the reservation have left, so it cannot be withdrawn. Free the others with cancel, and record goods that came back.';

/** An ended reservation keeps its status, times and reason; the event has the withdrawal's reason. */
function mark(draft: Draft, { id }: Reservation, command: WithdrawCommand): Reservation {
  const stored = draft.stored(id);
  if (!stored) throw new Error(`reservation ${id} is not in the draft`);
  return draft.transition(stored, { withdrawnAt: draft.now }, ['changed'], [], command);
}

function leaveTombstone(draft: Draft, { reservationId, reason }: WithdrawCommand): Reservation {
  return draft.put({
    id: reservationId,
    status: 'withdrawn',
    orderId: null,
    cartId: null,
    customerId: null,
    storeId: null,
    source: null,
    sourcing: 'split',
    locations: null,
    ifShort: 'reject',
    releaseReason: reason,
    paymentReference: null,
    expiresAt: null,
    heldAt: null,
    wait: null,
    extensions: 0,
    notifyBeforeSeconds: null,
    lines: [],
    warehouseSync: null,
    metadata: {},
    version: 1,
    syncCount: 0,
    createdAt: draft.now,
    updatedAt: draft.now,
    confirmedAt: null,
    releasedAt: null,
    expiredAt: null,
    cancelledAt: null,
    fulfilledAt: null,
    withdrawnAt: draft.now,
    createFingerprint: null,
  });
}
