import type { Reservation } from './reservation.ts';

/** When a hold ends, or the waiting for one. Null: neither. */
export function endOf({ status, expiresAt, wait }: Reservation): number | null {
  if (status === 'held') return expiresAt;
  return status === 'waiting' && wait ? wait.until : null;
}

/** A hold is due at `expiresAt`, and a waiting reservation at `wait.until`, whether or not a job has run. */
export function isDue(reservation: Reservation, now: number): boolean {
  const end = endOf(reservation);
  return end !== null && end <= now;
}

/** The reservation at `now`: a due hold is `expired`, also while its stock has not been given back. */
export function asOf(reservation: Reservation, now: number): Reservation {
  if (!isDue(reservation, now)) return reservation;
  return { ...reservation, status: 'expired', releaseReason: 'expired', expiredAt: endOf(reservation) };
}

/** When it is to be announced that a hold ends. Null: it is not a hold, or not to be announced. */
export function noticeTimeOf({ status, expiresAt, notifyBeforeSeconds }: Reservation): number | null {
  if (notifyBeforeSeconds === null || expiresAt === null || status !== 'held') return null;
  return expiresAt - notifyBeforeSeconds * 1000;
}

/** How far holds may be extended. */
export interface ExtensionLimits {
  /** How often a hold may be extended. */
  readonly extensionsMax: number;
  /** The longest that a hold may live, from when it was held. */
  readonly holdMaxSeconds: number;
}

/** Milliseconds since the epoch: no extension lets the hold live longer than until then. */
export function latestEnd(
  held: Pick<Reservation, 'createdAt' | 'heldAt'>,
  { holdMaxSeconds }: Pick<ExtensionLimits, 'holdMaxSeconds'>,
): number {
  return (held.heldAt ?? held.createdAt) + holdMaxSeconds * 1000;
}

/**
 * The hold extended to `ttlSeconds` from `now`, as far as the limits allow: none is refused.
 *
 * @returns what changes; nothing if the hold ends no later
 */
export function renewal(
  held: Reservation,
  now: number,
  { ttlSeconds, ...limits }: ExtensionLimits & { readonly ttlSeconds: number },
): Partial<Pick<Reservation, 'expiresAt' | 'extensions'>> {
  const until = Math.min(now + ttlSeconds * 1000, latestEnd(held, limits));
  const isLater = held.expiresAt !== null && until > held.expiresAt;
  if (!isLater || held.extensions >= limits.extensionsMax) return {};
  return { expiresAt: until, extensions: held.extensions + 1 };
}
