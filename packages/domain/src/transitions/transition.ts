import type { Refusal, ShortLine } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import type { StockLevel } from '../stock-level.ts';

/** What a transition came to. `changed: false` is a whole verb repeated on the state that it leads to. */
export type Transition =
  | { readonly reservation: Reservation; readonly changed: boolean }
  | { readonly level: StockLevel; readonly created: boolean }
  | { readonly refusal: Refusal };

export function refuse(refusal: Refusal): Transition {
  return { refusal };
}

export function refuseUnknownReservation(id: string): Transition {
  return refuse({ code: 'reservation_not_found', detail: `There is no reservation ${id}.` });
}

export function refuseTransition(verb: string, reservation: Reservation, why?: string): Transition {
  return refuse({
    code: 'invalid_transition',
    detail: why ?? `A reservation that is ${reservation.status} cannot be ${verb}.`,
    currentStatus: reservation.status,
  });
}

/** @param reservation the one that asked, where there was one already */
export function refuseShort(lines: readonly ShortLine[], reservation?: Reservation): Transition {
  const names = [...new Set(lines.map((line) => line.sku))];
  const more = names.length > 3 ? ', …' : '';
  return refuse({
    code: 'insufficient_stock',
    detail: `There is not enough stock of ${names.slice(0, 3).join(', ')}${more} where this reservation may take it. Nothing was taken.`,
    lines,
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}
