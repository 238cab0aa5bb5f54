import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { Refusal, ShortLine } from '../refusals.ts';
import type { Reservation, ReservationStatus } from '../reservation.ts';
import type { LevelName } from '../stock-level.ts';
import { excessOf, type LinePart, type UnitsOf } from './line-parts.ts';

export function refuse(refusal: Refusal): Refused {
  return { ok: false, refusal };
}

export function refuseUnknownReservation(id: string): Refused {
  return refuse({ code: 'reservation_not_found', detail: `There is no reservation ${id}.` });
}

/** For each status, what a caller can do with the reservation instead. */
const FITTING: Readonly<Record<ReservationStatus, string>> = {
  waiting: 'It has no stock yet: wait until it is held, or end it with release.',
  held: 'End a hold with release, or sell it with confirm.',
  confirmed: 'It does not expire: free its stock with cancel, or deduct shipped units with fulfill.',
  fulfilled: 'None of it is open any more: record goods that came back with return.',
  released: 'Its stock is free: reserve again.',
  expired: 'Its stock is free: reserve again, or confirm with on_expired "reacquire".',
  cancelled: 'Its stock is free: reserve again.',
  withdrawn: 'It never holds stock again: reserve anew, with another id.',
};

export function refuseTransition(verb: string, reservation: Reservation, why?: string): Refused {
  return refuse({
    code: 'invalid_transition',
    detail:
      why ?? `A reservation that is ${reservation.status} cannot be ${verb}. ${FITTING[reservation.status]}`,
    currentStatus: reservation.status,
  });
}

/** For a reservation that its client has withdrawn: a call from before may arrive later. */
export function refuseWithdrawn({ id, status }: Reservation): Refused {
  return refuse({
    code: 'reservation_withdrawn',
    detail: `Reservation ${id} was withdrawn: it never holds stock again. Reserve anew, with another id.`,
    currentStatus: status,
  });
}

/** @param reservation the one that asked, if there is one */
export function refuseShort(lines: readonly ShortLine[], reservation?: Reservation, why?: string): Refused {
  const short = listLines(
    lines,
    ({ requested, available }) => `${requested} requested, ${available} available`,
  );
  const nothing = reservation ? 'Nothing was changed.' : 'Nothing was taken.';
  return refuse({
    code: 'insufficient_stock',
    detail: why ?? `There is not enough stock where this reservation may take it (${short}). ${nothing}`,
    lines,
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}

/**
 * @param unitsOf the units that the call may take of an allocation. Default: the open units
 * @param named the parts that the call named
 */
export function refuseTooMuch(
  reservation: Reservation,
  parts: readonly LinePart[],
  {
    unitsOf,
    named = 'reservation',
  }: { readonly unitsOf?: UnitsOf; readonly named?: 'reservation' | 'order' } = {},
): Refused {
  const lines = excessOf(reservation.lines, parts, unitsOf);
  const excess = listLines(lines, ({ requested, remaining }) => `${requested} requested, ${remaining} left`);
  return refuse({
    code: 'quantity_exceeds_remaining',
    detail: `The lines name more than the ${named} has left (${excess}). Nothing was changed: read the ${named} and correct the lines.`,
    lines,
    currentStatus: reservation.status,
  });
}

/** Lines that a detail names; all of them are in `lines`. */
const NAMED_MAX = 3;

export function listLines<Line extends { readonly sku: string; readonly location?: string }>(
  lines: readonly Line[],
  units: (line: Line) => string,
): string {
  const named = lines.slice(0, NAMED_MAX).map((line) => {
    const at = line.location === undefined ? '' : ` at ${line.location}`;
    return `${line.sku}${at}: ${units(line)}`;
  });
  return [...named, ...(lines.length > NAMED_MAX ? ['…'] : [])].join('; ');
}

/** A path or a line names a SKU or a location that does not exist. */
export function refuseUnknownSku(code: 'sku_not_found' | 'unknown_sku', sku: string): Refused {
  const path = `/v1/skus/${encodeURIComponent(sku)}`;
  return refuse({ code, detail: `There is no SKU ${sku}. Create it first, with PUT ${path}.` });
}

export function refuseUnknownLocation(
  code: 'location_not_found' | 'unknown_location',
  location: string,
): Refused {
  const path = `/v1/locations/${encodeURIComponent(location)}`;
  return refuse({ code, detail: `There is no location ${location}. Create it first, with PUT ${path}.` });
}

/** Stock that lines name, and that cannot be there. Null: all of it can. */
export function refuseUnknownLevel(draft: Draft, named: readonly LevelName[]): Refused | null {
  for (const { sku, location } of named) {
    if (!draft.skus.has(sku)) return refuseUnknownSku('unknown_sku', sku);
    if (!draft.locations.has(location)) return refuseUnknownLocation('unknown_location', location);
    // The SKU has come into being after the level could be locked: for this call it was not there yet.
    if (!draft.level(sku, location)) {
      return refuse({ code: 'unknown_sku', detail: `There is no SKU ${sku} yet. Try again.` });
    }
  }
  return null;
}

/** A field of the body that conflicts with a stored value. */
export function refuseField(path: string, message: string): Refused {
  return refuse({
    code: 'validation_failed',
    detail: `The request is not valid: ${path} ${message}.`,
    errors: [{ path, message }],
  });
}

export function refuseExpired(detail: string): Refused {
  return refuse({ code: 'reservation_expired', detail, currentStatus: 'expired' });
}

/** A reservation is of one order. A caller that names no order accepts any. */
export function namesAnotherOrder(reservation: Reservation, orderId: string | null): boolean {
  return orderId !== null && reservation.orderId !== null && orderId !== reservation.orderId;
}

export function refuseOtherOrder(verb: string, reservation: Reservation): Refused {
  return refuseTransition(
    verb,
    reservation,
    `The reservation belongs to another order, and cannot be ${verb} for this one. Leave the order id out, or send its own.`,
  );
}

/** Whether a field that is set once is to be set to another value. */
export const isAnother = (present: string | null, named: string | null): boolean =>
  present !== null && named !== null && present !== named;

export function refuseOther(reservation: Reservation, field: string): Refused {
  const why = `The reservation has another ${field}, which is set once and stays. Leave ${field} out.`;
  return refuseTransition('changed', reservation, why);
}
