import { defineCommand, isRefusedAsShort } from '../command-module.ts';
import type { SyncContent } from '../draft-syncs.ts';
import type { Draft } from '../draft.ts';
import { renewal } from '../hold-lifetime.ts';
import { changed, unchanged, type ReservationOutcome } from '../outcome.ts';
import { openUnits, type Reservation } from '../reservation.ts';
import { addUpLines } from '../sourcing.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { stateOf, TRANSITIONS } from '../transitions.ts';
import { levelsFor } from '../blocked-levels.ts';
import { endOf, type CancelCommand } from './cancel.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { allowsVersion, refuseVersion } from './if-version.ts';
import { changeLines, type LineChanges } from './line-changes.ts';
import {
  refuseExpired,
  refuseField,
  refuseTransition,
  refuseUnknownReservation,
  refuseWithdrawn,
} from './refuse.ts';
import { replaceWaitingLines } from './replace-waiting-lines.ts';
import { refuseIncrease, type WantedLines } from './wanted-change.ts';

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
 * @param also further changes. An order among it is given stock
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
  { ifVersion, sourcing, locations, ifShort, renew, reason = null, caller, ...sent }: WantedLines,
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
  moveUnits(draft, before, changes, { reason, caller });
  return changed(draft, putChanges(draft, before, changes, rest, { reason, caller }));
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

type Why = Pick<CancelCommand, 'reason' | 'caller'>;

function moveUnits(draft: Draft, before: Reservation, changes: LineChanges, { reason, caller }: Why): void {
  const why = { reservationId: before.id, reason: reason ?? 'lines changed', caller };
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
  why: Why,
): Reservation {
  if (before.status === 'held') return draft.transition(before, { ...rest, lines }, ['changed'], [], why);
  const both: readonly SyncContent[] = [
    { action: 'cancel', lines: givenBack },
    { action: 'confirm', lines: taken },
  ];
  const syncs = both.filter((sync) => sync.lines.length > 0);
  return openUnits({ lines }).length > 0
    ? draft.transition(before, { ...rest, lines }, ['changed'], syncs, why)
    : draft.transition(before, endOf(draft, lines, why.reason), ['cancelled', 'released'], syncs, why);
}
