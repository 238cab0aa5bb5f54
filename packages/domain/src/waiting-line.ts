import type { Reservation, ReservationLine } from './reservation.ts';
import type { ShortLine } from './refusals.ts';
import { isAhead, type Wait } from './place-in-line.ts';
import type { WantedLine } from './sourcing.ts';

// Reservations that wait in line for stock: their order, and the levels that they block for others. A waiting
// reservation counts on no level. It blocks the SKUs that it is short of, at the locations that it may use,
// for the reservations behind it, and nothing else.

/** In the order of the line. */
export function byPlace(a: Waiting, b: Waiting): number {
  if (isAhead(a.wait, b.wait)) return -1;
  if (isAhead(b.wait, a.wait)) return 1;
  return a.id < b.id ? -1 : 1;
}

/** A reservation in line. */
export interface Waiting extends Reservation {
  readonly wait: Wait;
}

export function isWaiting(reservation: Reservation): reservation is Waiting {
  return reservation.status === 'waiting' && reservation.wait !== null;
}

/** The locations that may give a line: its pin, those listed, or any (null). */
export function locationsOfLine(
  { locations }: Pick<Reservation, 'locations'>,
  { location }: Pick<ReservationLine, 'location'>,
): readonly (string | null)[] {
  return location === null ? (locations ?? [null]) : [location];
}

/** The SKUs of which a waiting reservation is short. */
export function skusBlockedBy({ lines, wait }: Waiting): readonly string[] {
  return [...new Set(wait.shortLines.flatMap((index) => lines[index]?.sku ?? []))];
}

/** The indexes of short lines among those that were sourced. */
export function shortLinesOf(lines: readonly WantedLine[], short: readonly ShortLine[]): readonly number[] {
  return lines.flatMap(({ sku, location }, index) =>
    short.some((each) => each.sku === sku && (each.location ?? null) === location) ? [index] : [],
  );
}
