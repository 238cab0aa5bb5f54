import type { Reservation } from './reservation.ts';

/** A hold is dead at `expiresAt`, whether or not a job has run. */
export function isDue(reservation: Reservation, now: number): boolean {
  return reservation.status === 'held' && reservation.expiresAt !== null && reservation.expiresAt <= now;
}

/** The reservation at `now`: a due hold is `expired`, also while its stock has not been given back. */
export function asOf(reservation: Reservation, now: number): Reservation {
  if (!isDue(reservation, now)) return reservation;
  return { ...reservation, status: 'expired', releaseReason: 'expired', expiredAt: reservation.expiresAt };
}
