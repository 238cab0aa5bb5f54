import { showReservation, type ReservationView } from './contract-view.ts';
import type { Draft } from './draft.ts';
import type { Refusal } from './refusals.ts';
import type { Reservation } from './reservation.ts';

// Outcomes are kept for idempotency keys, as JSON: the next release has to read them.

/** Nothing was done, and why. */
export interface Refused {
  readonly ok: false;
  readonly refusal: Refusal;
  /** In an atomic batch: the index of the refused part, from 0. */
  readonly part?: number;
}

/** The outcome of a command on one reservation. */
export type ReservationOutcome =
  | {
      readonly ok: true;
      /** As the contract shows it. */
      readonly reservation: ReservationView;
      /** False: a whole verb repeated on the state that it leads to. */
      readonly changed: boolean;
    }
  | Refused;

export function changed(draft: Draft, reservation: Reservation): ReservationOutcome {
  return { ok: true, reservation: showReservation(reservation, draft.now), changed: true };
}

export function unchanged(draft: Draft, reservation: Reservation): ReservationOutcome {
  return { ok: true, reservation: showReservation(reservation, draft.now), changed: false };
}
