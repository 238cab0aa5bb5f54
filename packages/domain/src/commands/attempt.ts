import type { EventCause } from '../draft-events.ts';
import type { Draft } from '../draft.ts';
import type { Reservation, ReservationLine } from '../reservation.ts';
import { source } from '../sourcing.ts';
import { levelsFor } from '../blocked-levels.ts';
import { shortLinesOf, skusBlockedBy, type Waiting } from '../waiting-line.ts';

/** The caller of movements that no client asked for: the stock came free. */
export const THE_LINE = 'waiting line';

/**
 * Gives a waiting reservation its stock, if all of it is available at its place in line: it is held from now
 * on. Otherwise it continues to wait, and blocks the levels that this attempt found too little at.
 *
 * @param cause the call that has changed the lines that it waits for. Null: none has
 */
export function attempt(draft: Draft, waiting: Waiting, cause: EventCause | null = null): Reservation {
  const { wait, lines, sourcing, locations } = waiting;
  const sourced = source(lines, levelsFor(draft, wait), { sourcing, locations });
  if (sourced.ok) {
    const held = lines.map((line, index): ReservationLine => ({
      ...line,
      allocations: sourced.allocations[index] ?? [],
    }));
    return hold(draft, { ...waiting, lines: held, wait: { ...wait, shortLines: [] } }, cause);
  }
  const shortLines = shortLinesOf(lines, sourced.short);
  const still = { ...waiting, wait: { ...wait, shortLines } };
  if (cause !== null) return draft.transition(still, {}, ['changed'], [], cause);
  return JSON.stringify(shortLines) === JSON.stringify(wait.shortLines) ? waiting : draft.put(still);
}

function hold(draft: Draft, granted: Reservation, cause: EventCause | null): Reservation {
  const why = { reservationId: granted.id, reason: null, caller: THE_LINE };
  for (const { sku, allocations } of granted.lines) {
    for (const { location, quantity } of allocations) {
      draft.move({ sku, location }, 'reserve', { reserved: quantity }, why);
    }
  }
  const ttlMs = (granted.wait?.ttlSeconds ?? 0) * 1000;
  const change = { status: 'held', heldAt: draft.now, expiresAt: draft.now + ttlMs } as const;
  return draft.transition(granted, change, ['reserved'], [], cause);
}

/** Tries the reservations again that were behind it in line for levels that it was short of. */
export function unblock(draft: Draft, waiting: Waiting): void {
  draft.line.tryAgain(skusBlockedBy(waiting));
}
