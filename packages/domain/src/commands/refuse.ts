import type { Refused } from '../outcome.ts';
import type { Refusal, ShortLine } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';

export function refuse(refusal: Refusal): Refused {
  return { ok: false, refusal };
}

export function refuseUnknownReservation(id: string): Refused {
  return refuse({ code: 'reservation_not_found', detail: `There is no reservation ${id}.` });
}

export function refuseTransition(verb: string, reservation: Reservation, why?: string): Refused {
  return refuse({
    code: 'invalid_transition',
    detail: why ?? `A reservation that is ${reservation.status} cannot be ${verb}.`,
    currentStatus: reservation.status,
  });
}

/** @param reservation the one that asked, where there was one already */
export function refuseShort(lines: readonly ShortLine[], reservation?: Reservation, why?: string): Refused {
  const names = [...new Set(lines.map((line) => line.sku))];
  const more = names.length > 3 ? ', …' : '';
  return refuse({
    code: 'insufficient_stock',
    detail:
      why ??
      `There is not enough stock of ${names.slice(0, 3).join(', ')}${more} where this reservation may take it. Nothing was taken.`,
    lines,
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}

export function refuseTooMuch(reservation: Reservation): Refused {
  return refuse({
    code: 'quantity_exceeds_remaining',
    detail: 'The lines name more than the reservation has left.',
    currentStatus: reservation.status,
  });
}

export function refuseExpired(detail: string): Refused {
  return refuse({ code: 'reservation_expired', detail, currentStatus: 'expired' });
}

/** A reservation is of one order. Who names none, means whichever. */
export function namesAnotherOrder(reservation: Reservation, orderId: string | null): boolean {
  return orderId !== null && reservation.orderId !== null && orderId !== reservation.orderId;
}

export function refuseOtherOrder(verb: string, reservation: Reservation): Refused {
  return refuseTransition(
    verb,
    reservation,
    `The reservation belongs to another order, and cannot be ${verb} for this one.`,
  );
}
