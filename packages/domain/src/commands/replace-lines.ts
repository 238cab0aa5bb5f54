import { defineCommand, isRefusedAsShort, type Asked } from '../command-module.ts';
import type { SyncContent } from '../draft-syncs.ts';
import type { Draft } from '../draft.ts';
import { renewal, type ExtensionLimits } from '../hold-lifetime.ts';
import { changed, unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type IfShort, type Reservation, type Sourcing } from '../reservation.ts';
import { addUpLines, type WantedLine } from '../sourcing.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { levelsFor } from '../waiting-line.ts';
import { endOf } from './cancel.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { allowsVersion, refuseVersion, type IfVersion } from './if-version.ts';
import { changeLines, isLineOf, presentUnits, type LineChanges } from './line-changes.ts';
import { refusePromise, type AddedUnitsOfSku } from './new-promises.ts';
import {
  refuseExpired,
  refuseField,
  refuseTransition,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';
import { replaceWaitingLines } from './replace-waiting-lines.ts';
import { findMistake } from './wanted-lines.ts';

/** What a reservation is to be. */
export interface WantedLines extends Asked {
  readonly lines: readonly WantedLine[];
  /** Of the units that are added. Null: as the reservation says. */
  readonly sourcing: Sourcing | null;
  /** The only locations that may give units that are added. Null: as the reservation says. */
  readonly locations: readonly string[] | null;
  readonly ifShort: IfShort;
  /** How far a hold is extended too. Null: it is not. */
  readonly renew: (ExtensionLimits & { readonly ttlSeconds: number }) | null;
  readonly ifVersion: IfVersion;
  /** Reservations that may wait for one SKU. Default: no limit. */
  readonly waitersMax?: number;
}

export interface ReplaceLinesCommand extends WantedLines {
  readonly kind: 'replace-lines';
  readonly reservationId: string;
}

export const replaceLinesCommand = defineCommand<ReplaceLinesCommand, ReservationOutcome>({
  targets: ({ reservationId, lines, locations }) => ({
    ...NO_TARGETS,
    reservations: [reservationId],
    soldReservations: [reservationId],
    sourced: lines,
    catalogue: lines,
    listedLocations: locations ?? NONE,
    waitedSkus: lines.map(({ sku }) => sku),
  }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide(draft, command) {
    const reservation = draft.reservation(command.reservationId);
    return reservation
      ? replaceLines(draft, reservation, command)
      : refuseUnknownReservation(command.reservationId);
  },
  isShort: hasLessThanAsked,
});

/** Refused, or a line has less than was asked for: there may be more, if not all due holds were read. */
export function hasLessThanAsked(outcome: ReservationOutcome): boolean {
  if (!outcome.ok) return isRefusedAsShort(outcome);
  return outcome.reservation.lines.some(({ quantity, requested_quantity }) => quantity < requested_quantity);
}

/**
 * Gives a hold or a confirmed reservation other lines, in one decision: no other call gets units that it
 * keeps. A refusal leaves it as it is.
 *
 * @param also what else changes. An order among it is given stock
 */
export function replaceLines(
  draft: Draft,
  reservation: Reservation,
  wanted: WantedLines,
  also: Partial<Reservation> = {},
): ReservationOutcome {
  const next = TRANSITIONS.lines[stateOf(reservation)];
  switch (next) {
    case 'waiting or held':
      return replaceWaitingLines(draft, reservation, wanted, also);
    case 'held':
    case 'confirmed or fulfilled':
      return replaceOpenLines(draft, reservation, wanted, also);
    case 'reservation_expired':
      return refuseExpired('The hold has expired. Reserve again.');
    case 'reservation_withdrawn':
      return refuseWithdrawn(reservation);
    case 'invalid_transition':
      return isForCancelledOrder(draft, reservation, null)
        ? refuseCancelledOrder(reservation)
        : refuseTransition('changed', reservation);
    default:
      return next satisfies never;
  }
}

function replaceOpenLines(
  draft: Draft,
  before: Reservation,
  { ifVersion, sourcing, locations, ifShort, renew, caller, ...sent }: WantedLines,
  also: Partial<Reservation>,
): ReservationOutcome {
  if (!allowsVersion(ifVersion, before.version)) {
    return refuseVersion('The reservation', ifVersion, before.version);
  }
  const rule = sourcing ?? before.sourcing;
  if (ifShort === 'partial' && rule !== 'split') {
    return refuseField(
      'if_short',
      `can be "partial" with "sourcing": "split" only: this reservation has "${rule}"`,
    );
  }
  const wanted = addUpLines(sent.lines);
  const refused = refuseIncrease(draft, before, { wanted, locations }, also);
  if (refused) return refused;
  const added = {
    sourcing: rule,
    locations: locations ?? before.locations,
    ifShort: ifShort === 'wait' ? ('reject' as const) : ifShort,
  };
  const changes = changeLines(before, wanted, levelsFor(draft, null), added);
  if (!changes.ok) return changes;
  const rest = { ...also, ...(before.status === 'held' && renew ? renewal(before, draft.now, renew) : {}) };
  if (isSame(before, changes.lines, rest)) return unchanged(draft, before);
  moveUnits(draft, before, changes, caller);
  return changed(draft, putChanges(draft, before, changes, rest));
}

/** What the caller must correct, before it is seen which units there are. */
export function refuseIncrease(
  draft: Draft,
  before: Reservation,
  { wanted, locations }: { readonly wanted: readonly WantedLine[] } & Pick<WantedLines, 'locations'>,
  { orderId = before.orderId, customerId = before.customerId }: Partial<Reservation>,
): Refused | null {
  const hasMore = wanted.some((each) => {
    const line = before.lines.find(isLineOf(each));
    return each.quantity > (line ? presentUnits(before, line) : 0);
  });
  const isGivenStock = hasMore || orderId !== before.orderId;
  if (isGivenStock && isForCancelledOrder(draft, { orderId }, null)) return refuseCancelledOrder(before);
  const units = new Map<string, number>();
  for (const line of before.lines) {
    units.set(line.sku, (units.get(line.sku) ?? 0) + presentUnits(before, line));
  }
  const after = [...wanted, ...unitsThatStay(before, wanted)];
  const mistake = findMistake(draft, after, locations, units);
  if (mistake) return mistake;
  const added = increases(after, units);
  // A customer who is named only now gets all of it.
  const counted = customerId === before.customerId ? added : after;
  return refusePromise(draft, { customerId, added, counted, reservation: before });
}

/** By how much each SKU grows, lines added up. */
function increases(
  after: readonly WantedLine[],
  before: ReadonlyMap<string, number>,
): readonly AddedUnitsOfSku[] {
  const totals = new Map<string, number>();
  for (const { sku, quantity } of after) totals.set(sku, (totals.get(sku) ?? 0) + quantity);
  return [...totals]
    .map(([sku, quantity]) => ({ sku, quantity: quantity - (before.get(sku) ?? 0) }))
    .filter(({ quantity }) => quantity > 0);
}

/** What has left of lines that are not wanted any more, of the SKUs that are. */
function unitsThatStay({ lines }: Reservation, wanted: readonly WantedLine[]): readonly WantedLine[] {
  return lines.flatMap((line) => {
    const { sku, fulfilledQuantity: quantity } = line;
    const isNamed = wanted.some((each) => isLineOf(each)(line));
    const isOfSku = wanted.some((each) => each.sku === sku);
    return quantity > 0 && isOfSku && !isNamed ? [{ sku, location: null, quantity }] : [];
  });
}

function isSame(before: Reservation, lines: Reservation['lines'], rest: Partial<Reservation>): boolean {
  const after = { ...before, ...rest };
  return (
    lines.length === before.lines.length &&
    lines.every((line, index) => line === before.lines[index]) &&
    Object.keys(rest).every((key) =>
      isEqual(before[key as keyof Reservation], after[key as keyof Reservation]),
    )
  );
}

const isEqual = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

function moveUnits(draft: Draft, before: Reservation, changes: LineChanges, caller: string): void {
  const why = { reservationId: before.id, reason: 'lines changed', caller };
  const isHold = before.status === 'held';
  const [less, more, counter] = isHold
    ? (['release', 'reserve', 'reserved'] as const)
    : (['cancel', 'confirm', 'allocated'] as const);
  for (const { quantity, ...at } of changes.givenBack) draft.move(at, less, { [counter]: -quantity }, why);
  for (const { quantity, ...at } of changes.taken) draft.move(at, more, { [counter]: quantity }, why);
}

/** If only units that have left are wanted, nothing is open any more: it ends, as by a cancel. */
function putChanges(
  draft: Draft,
  before: Reservation,
  { lines, givenBack, taken }: LineChanges,
  rest: Partial<Reservation>,
): Reservation {
  if (before.status === 'held') return draft.transition(before, { ...rest, lines }, ['changed']);
  const both: readonly SyncContent[] = [
    { action: 'cancel', lines: givenBack },
    { action: 'confirm', lines: taken },
  ];
  const syncs = both.filter((sync) => sync.lines.length > 0);
  return openUnits({ lines }).length > 0
    ? draft.transition(before, { ...rest, lines }, ['changed'], syncs)
    : draft.transition(before, endOf(draft, lines, null), ['cancelled', 'released'], syncs);
}
