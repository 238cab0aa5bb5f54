import {
  keepReservation,
  showKept,
  type KeptReservation,
  type Outcome,
  type ReservationView,
} from '@holdfast/domain';

/** An outcome as its key keeps it: what is usual of a reservation is left out, as of its events. */
export type OutcomeRow = AsKept<Outcome>;

type AsKept<Some> = Some extends { readonly reservation: ReservationView }
  ? Omit<Some, 'reservation'> & { readonly reservation: KeptReservation }
  : Some;

export function outcomeRow(outcome: Outcome): OutcomeRow {
  if (!outcome.ok || !('reservation' in outcome)) return outcome;
  return { ...outcome, reservation: keepReservation(outcome.reservation) };
}

export function outcomeOf(row: OutcomeRow): Outcome {
  return row.ok && 'reservation' in row ? { ...row, reservation: showKept(row.reservation) } : row;
}
