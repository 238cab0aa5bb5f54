import type { RecordedLine } from '../changes.ts';
import { defineCommand, type Asked } from '../command-module.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import { changed, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { Allocation, Reservation } from '../reservation.ts';
import { ON_HAND_MAX, type LevelName } from '../stock-level.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { sharesTaken, takeUnits, type LinePart, type Taken } from './line-parts.ts';
import { answerRecorded, namesOfPart, recordNamed } from './recorded-part.ts';
import {
  refuse,
  refuseTooMuch,
  refuseTransition,
  refuseUnknownLocation,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';

export interface ReturnCommand extends Asked {
  readonly kind: 'return';
  readonly reservationId: string;
  /** Counts once for each reservation, for ever. Null: each call counts. */
  readonly returnId: string | null;
  readonly parts: readonly ReturnedPart[];
  /** Whether the units are on hand again. If not, the return is recorded and moves nothing. */
  readonly restock: boolean;
  readonly reason: string | null;
}

/** Fulfilled units that came back. `location` is where they left from; null: any, the first first. */
interface ReturnedPart extends LinePart {
  /** Where they are now. Null: where they left from. */
  readonly to: string | null;
}

export const returnCommand = defineCommand<ReturnCommand, ReservationOutcome>({
  targets({ reservationId, returnId, parts, restock }) {
    const named = parts.flatMap(({ sku, to }) => (to === null ? [] : [{ sku, location: to }]));
    const levels = restock ? named : NONE;
    return {
      ...NO_TARGETS,
      reservations: [reservationId],
      recordedParts: namesOfPart(reservationId, 'return', returnId),
      catalogue: named,
      levels,
      newLevels: levels,
    };
  },
  decide: returnUnits,
});

/**
 * Records fulfilled units that came back, and puts them on hand unless they cannot be sold again. They may
 * come to any location, also an inactive one or one that has never had the SKU.
 */
function returnUnits(draft: Draft, command: ReturnCommand): ReservationOutcome {
  const reservation = draft.reservation(command.reservationId);
  if (!reservation) return refuseUnknownReservation(command.reservationId);
  const part = { partId: command.returnId, parts: recordedLines(command) };
  const earlier = answerRecorded(draft, reservation, 'return', part);
  if (earlier) return earlier;
  const next = TRANSITIONS.return[stateOf(reservation)];
  switch (next) {
    case 'confirmed or quantity_exceeds_remaining':
    case 'fulfilled': {
      const outcome = returnFulfilled(draft, reservation, command);
      if (outcome.ok) recordNamed(draft, reservation, 'return', part);
      return outcome;
    }
    case 'reservation_withdrawn':
      return refuseWithdrawn(reservation);
    case 'invalid_transition':
      return refuseTransition('returned', reservation);
    default:
      return next satisfies never;
  }
}

function recordedLines({ parts, restock }: ReturnCommand): readonly RecordedLine[] {
  return parts.map((part) => ({ ...part, to: part.to ?? part.location, ...(restock ? {} : { restock }) }));
}

const outUnits = (allocation: Allocation): number =>
  allocation.fulfilledQuantity - allocation.returnedQuantity;

function returnFulfilled(draft: Draft, sold: Reservation, command: ReturnCommand): ReservationOutcome {
  const { parts, restock, reason, caller } = command;
  const unknown = parts.find(({ to }) => to !== null && !draft.locations.has(to))?.to ?? null;
  if (unknown !== null) return refuseUnknownLocation('unknown_location', unknown);
  const taken = takeUnits(sold.lines, parts, { unitsOf: outUnits });
  if (taken === null) return refuseTooMuch(sold, parts, { unitsOf: outUnits });
  if (restock) {
    const arrivals = arrivalsOf(sold, taken);
    const refused = refuseArrivals(draft, arrivals);
    if (refused) return refused;
    const why = { reservationId: sold.id, reason: reason ?? command.returnId, caller };
    for (const { quantity, ...at } of arrivals) draft.move(at, 'return', { onHand: quantity }, why);
  }
  const lines = withReturned(sold, taken);
  return changed(draft, draft.transition(sold, { lines }, ['returned'], [], command));
}

interface Arrival extends LevelName {
  readonly quantity: number;
}

/** The returned units by level, in order of first mention. */
function arrivalsOf({ lines }: Reservation, taken: readonly Taken<ReturnedPart>[]): readonly Arrival[] {
  const arrivals = new Map<string, Arrival>();
  for (const { part, line, allocation, quantity } of taken) {
    const location = part.to ?? lines[line]?.allocations[allocation]?.location ?? '';
    const at = { sku: part.sku, location };
    const name = nameOfLevel(at);
    arrivals.set(name, { ...at, quantity: quantity + (arrivals.get(name)?.quantity ?? 0) });
  }
  return [...arrivals.values()];
}

function refuseArrivals(draft: Draft, arrivals: readonly Arrival[]): Refused | null {
  for (const { sku, location, quantity } of arrivals) {
    const level = draft.level(sku, location);
    // The location has come into being after the level could be locked: for this call it was not there yet.
    if (!level) {
      const detail = `There is no stock level of ${sku} at ${location} yet. Try again, or name it as \`to\`.`;
      return refuse({ code: 'unknown_location', detail });
    }
    if (level.onHand + quantity > ON_HAND_MAX) {
      return refuse({
        code: 'quantity_limit_exceeded',
        detail: `A level may have at most ${ON_HAND_MAX} units: ${sku} at ${location} would have ${level.onHand + quantity}. Nothing was changed: send "restock": false, or another \`to\`.`,
      });
    }
  }
  return null;
}

function withReturned({ lines }: Reservation, taken: readonly Taken[]): Reservation['lines'] {
  const shares = sharesTaken(lines, taken);
  return lines.map((line, index) => {
    const ofLine = shares[index] ?? [];
    return {
      ...line,
      returnedQuantity: line.returnedQuantity + ofLine.reduce((sum, quantity) => sum + quantity, 0),
      allocations: line.allocations.map((allocation, place) => ({
        ...allocation,
        returnedQuantity: allocation.returnedQuantity + (ofLine[place] ?? 0),
      })),
    };
  });
}
