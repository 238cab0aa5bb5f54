import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { refuseClientId } from './client-id.ts';
import { refuse, refuseWithdrawn } from './refuse.ts';
import { reserve, reserveCommand, type ReserveCommand } from './reserve.ts';

/** A create with an id chosen by the client, which can then withdraw it without having got an answer. */
export interface PutReservationCommand extends Asked {
  readonly kind: 'put-reservation';
  readonly reserve: ReserveCommand;
  /** Of the content: a repeat has the same. */
  readonly fingerprint: string;
}

export const putReservationCommand = defineCommand<PutReservationCommand, ReservationOutcome>({
  targets: ({ reserve: wanted }) => ({
    ...reserveCommand.targets(wanted),
    reservations: [wanted.reservationId],
    clientReservations: [wanted.reservationId],
  }),
  weight: ({ reserve: wanted }) => reserveCommand.weight(wanted),
  decide: putReservation,
});

/** Creates the reservation, once: a repeat is answered with the reservation as it is now. */
function putReservation(draft: Draft, command: PutReservationCommand): ReservationOutcome {
  const { reserve: wanted, fingerprint } = command;
  const known = draft.reservation(wanted.reservationId);
  if (known) {
    if (known.withdrawnAt !== null) return refuseWithdrawn(known);
    return known.createFingerprint === fingerprint ? unchanged(draft, known) : refuseExisting(known);
  }
  const badId = refuseClientId(wanted.reservationId, draft.now);
  if (badId) return badId;
  const outcome = reserve(draft, wanted);
  const made = draft.stored(wanted.reservationId);
  if (made) draft.put({ ...made, createFingerprint: fingerprint });
  return outcome;
}

function refuseExisting({ id, status }: Reservation): Refused {
  return refuse({
    code: 'reservation_exists',
    detail: `Reservation ${id} was created with other content. Read it, or reserve with another id.`,
    currentStatus: status,
  });
}
