import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, type ReservationOutcome } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import {
  openUnits,
  type Allocation,
  type IfShort,
  type Reservation,
  type ReservationLine,
} from '../reservation.ts';
import { addUpLines, source, type SourcingRules, type WantedLine } from '../sourcing.ts';
import { customerOf, NO_TARGETS, NONE } from '../targets.ts';
import type { Wait, WaitTerms } from '../place-in-line.ts';
import { levelsFor } from '../blocked-levels.ts';
import { shortLinesOf } from '../waiting-line.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { refuseToWait } from './join-line.ts';
import { refusePromise } from './new-promises.ts';
import { refuseShort } from './refuse.ts';
import { findMistake } from './wanted-lines.ts';

export interface ReserveCommand extends Asked, SourcingRules {
  readonly kind: 'reserve';
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly cartId: string | null;
  readonly customerId: string | null;
  readonly storeId: string | null;
  readonly source: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly WantedLine[];
  readonly ifShort: IfShort;
  /** For a create that is confirmed at once. */
  readonly paymentReference: string | null;
  /** How long before its end the hold is announced as expiring. Null or absent: never. */
  readonly notifyBeforeSeconds?: number | null;
  /** How long the hold lasts. Null: no hold, confirmed at once. */
  readonly ttlSeconds: number | null;
  /** The terms of `ifShort: 'wait'`. */
  readonly wait?: WaitTerms | undefined;
  readonly reason?: string | null;
}

export const reserveCommand = defineCommand<ReserveCommand, ReservationOutcome>({
  targets: ({ lines, locations, orderId, customerId, wait }) => ({
    ...NO_TARGETS,
    customers: customerOf(customerId, lines),
    sourced: lines,
    catalogue: lines,
    listedLocations: locations ?? NONE,
    ordersGivenStock: orderId === null ? NONE : [orderId],
    waitedSkus: wait ? lines.map(({ sku }) => sku) : NONE,
  }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide: reserve,
});

/**
 * Holds stock for an order: all lines or none, or, if asked, what there is of them. Without a time to live it
 * is confirmed at once. A create that may wait joins the line for its short SKUs.
 */
export function reserve(draft: Draft, command: ReserveCommand): ReservationOutcome {
  const { locations, ifShort, ttlSeconds, wait } = command;
  if (isForCancelledOrder(draft, command, null)) return refuseCancelledOrder();
  const wanted = addUpLines(command.lines);
  const mistake = findMistake(draft, wanted, locations);
  if (mistake) return mistake;
  const refused = refusePromise(draft, { customerId: command.customerId, added: wanted });
  if (refused) return refused;
  const sourced = source(wanted, levelsFor(draft, null), command);
  if (!sourced.ok) {
    return wait ? joinLine(draft, command, wait, wanted, sourced.short) : refuseShort(sourced.short);
  }

  const confirmedAtOnce = ttlSeconds === null;
  const lines = linesOf(wanted, sourced.allocations, { ifShort, confirmedAtOnce });
  takeStock(draft, command, lines, confirmedAtOnce);

  const held = newReservation(draft, command, lines, {
    status: confirmedAtOnce ? 'confirmed' : 'held',
    expiresAt: ttlSeconds === null ? null : draft.now + ttlSeconds * 1000,
    wait: wait ? waitOf(draft, command, wait, { until: null, shortLines: [] }) : null,
  });
  const reservation = confirmedAtOnce
    ? draft.addSync(held, { action: 'confirm', lines: openUnits(held) })
    : held;
  draft.addEvent(reservation, confirmedAtOnce ? 'confirmed' : 'reserved', command);
  return changed(draft, draft.put(reservation));
}

function joinLine(
  draft: Draft,
  command: ReserveCommand,
  terms: WaitTerms,
  wanted: readonly WantedLine[],
  short: readonly ShortLine[],
): ReservationOutcome {
  const { sourcing, locations } = command;
  const { waitersMax } = terms;
  const asked = { lines: wanted, sourcing, locations, short, waitersMax };
  const refused = refuseToWait(draft, asked);
  if (refused) return refused;
  const lines = linesOf(wanted, [], { ifShort: 'wait', confirmedAtOnce: false });
  const until = draft.now + terms.waitSeconds * 1000;
  const shortLines = shortLinesOf(wanted, short);
  const wait = waitOf(draft, command, terms, { until, shortLines });
  const waiting = newReservation(draft, command, lines, { status: 'waiting', expiresAt: null, wait });
  draft.addEvent(waiting, 'waiting', command);
  draft.put(waiting);
  // It may be ahead of others in line, so that the units that these wait for are enough for it.
  if (source(wanted, levelsFor(draft, wait), { sourcing, locations }).ok) {
    draft.line.tryAgain(short.slice(0, 1).map(({ sku }) => sku));
  }
  return changed(draft, waiting);
}

function waitOf(
  draft: Draft,
  { ttlSeconds }: ReserveCommand,
  { priority }: WaitTerms,
  rest: Pick<Wait, 'until' | 'shortLines'>,
): Wait {
  if (ttlSeconds === null) throw new Error('a create that is confirmed at once does not wait');
  return { priority, arrival: draft.line.nextArrival(), ttlSeconds, ...rest };
}

/** Names each property: objects that are spread into one are slower to read, and each create has one. */
function newReservation(
  draft: Draft,
  command: ReserveCommand,
  lines: readonly ReservationLine[],
  { status, expiresAt, wait }: Pick<Reservation, 'status' | 'expiresAt' | 'wait'>,
): Reservation {
  return {
    id: command.reservationId,
    status,
    orderId: command.orderId,
    cartId: command.cartId,
    customerId: command.customerId,
    storeId: command.storeId,
    source: command.source,
    sourcing: command.sourcing,
    locations: command.locations,
    ifShort: command.ifShort,
    releaseReason: null,
    paymentReference: command.paymentReference,
    expiresAt,
    heldAt: null,
    wait,
    extensions: 0,
    notifyBeforeSeconds: command.notifyBeforeSeconds ?? null,
    lines,
    warehouseSync: null,
    metadata: command.metadata,
    version: 1,
    syncCount: 0,
    createdAt: draft.now,
    updatedAt: draft.now,
    confirmedAt: status === 'confirmed' ? draft.now : null,
    releasedAt: null,
    expiredAt: null,
    cancelledAt: null,
    fulfilledAt: null,
    withdrawnAt: null,
    createFingerprint: null,
  };
}

function linesOf(
  wanted: readonly WantedLine[],
  found: readonly (readonly Allocation[])[],
  { ifShort, confirmedAtOnce }: { readonly ifShort: IfShort; readonly confirmedAtOnce: boolean },
): readonly ReservationLine[] {
  return wanted.map(({ sku, location, quantity: requestedQuantity }, index) => {
    const allocations = found[index] ?? [];
    const quantity = ifShort === 'partial' ? unitsOf(allocations) : requestedQuantity;
    return {
      sku,
      location,
      quantity,
      requestedQuantity,
      confirmedQuantity: confirmedAtOnce ? quantity : 0,
      fulfilledQuantity: 0,
      cancelledQuantity: 0,
      returnedQuantity: 0,
      allocations,
    };
  });
}

const unitsOf = (allocations: readonly Allocation[]): number =>
  allocations.reduce((sum, { quantity }) => sum + quantity, 0);

function takeStock(
  draft: Draft,
  command: ReserveCommand,
  lines: readonly ReservationLine[],
  confirmed: boolean,
): void {
  const why = {
    reservationId: command.reservationId,
    reason: command.reason ?? null,
    caller: command.caller,
  };
  for (const { sku, allocations } of lines) {
    for (const { location, quantity } of allocations) {
      if (confirmed) draft.move({ sku, location }, 'confirm', { allocated: quantity }, why);
      else draft.move({ sku, location }, 'reserve', { reserved: quantity }, why);
    }
  }
}
