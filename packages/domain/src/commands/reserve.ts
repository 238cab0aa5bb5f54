import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { changed, type Refused, type ReservationOutcome } from '../outcome.ts';
import {
  openUnits,
  type IfShort,
  type Reservation,
  type ReservationLine,
  type Sourcing,
} from '../reservation.ts';
import { addUpLines, source, type WantedLine } from '../sourcing.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import { refuse, refuseShort, refuseUnknownLocation, refuseUnknownSku } from './refuse.ts';

export interface ReserveCommand extends Asked {
  readonly kind: 'reserve';
  readonly reservationId: string;
  readonly orderId: string | null;
  readonly cartId: string | null;
  readonly customerId: string | null;
  readonly storeId: string | null;
  readonly source: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly WantedLine[];
  readonly sourcing: Sourcing;
  /** The only locations that may give stock, in this order. Null: all, by their priority. */
  readonly locations: readonly string[] | null;
  readonly ifShort: IfShort;
  /** For what is confirmed at once. */
  readonly paymentReference: string | null;
  /** How long the hold lasts. Null: no hold, confirmed at once. */
  readonly ttlSeconds: number | null;
}

export const reserveCommand = defineCommand<ReserveCommand, ReservationOutcome>({
  targets: ({ lines, orderId }) => ({
    ...NO_TARGETS,
    sourced: lines,
    catalogue: lines,
    ordersGivenStock: orderId === null ? NONE : [orderId],
  }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide: reserve,
});

/** Holds stock for an order, all lines or none; without a time to live it is confirmed at once. */
export function reserve(draft: Draft, command: ReserveCommand): ReservationOutcome {
  const { orderId, cartId, storeId, metadata, sourcing, ttlSeconds } = command;
  if (isForCancelledOrder(draft, command, null)) return refuseCancelledOrder();
  const wanted = addUpLines(command.lines);
  const mistake = findMistake(draft, wanted);
  if (mistake) return mistake;
  const sourced = source(wanted, (sku) => draft.levelsOf(sku), sourcing);
  if (!sourced.ok) return refuseShort(sourced.short);

  const confirmedAtOnce = ttlSeconds === null;
  const lines = wanted.map(({ sku, location, quantity }, index): ReservationLine => ({
    sku,
    location,
    quantity,
    requestedQuantity: quantity,
    confirmedQuantity: confirmedAtOnce ? quantity : 0,
    fulfilledQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
    allocations: sourced.allocations[index] ?? [],
  }));
  takeStock(draft, command, lines, confirmedAtOnce);

  const held: Reservation = {
    id: command.reservationId,
    status: confirmedAtOnce ? 'confirmed' : 'held',
    orderId,
    cartId,
    customerId: command.customerId,
    storeId,
    source: command.source,
    sourcing,
    locations: command.locations,
    ifShort: command.ifShort,
    releaseReason: null,
    paymentReference: command.paymentReference,
    expiresAt: ttlSeconds === null ? null : draft.now + ttlSeconds * 1000,
    extensions: 0,
    lines,
    warehouseSync: null,
    metadata,
    version: 1,
    syncCount: 0,
    createdAt: draft.now,
    updatedAt: draft.now,
    confirmedAt: confirmedAtOnce ? draft.now : null,
    releasedAt: null,
    expiredAt: null,
    cancelledAt: null,
    fulfilledAt: null,
    withdrawnAt: null,
  };
  const reservation = confirmedAtOnce
    ? draft.addSync(held, { action: 'confirm', lines: openUnits(held) })
    : held;
  draft.addEvents(reservation, confirmedAtOnce ? 'confirmed' : 'reserved');
  return changed(draft, draft.put(reservation));
}

/**
 * What the caller must correct before stock is checked.
 *
 * @param before units of each SKU that the reservation has already: as many are always allowed
 */
export function findMistake(
  draft: Draft,
  wanted: readonly WantedLine[],
  before: ReadonlyMap<string, number> = new Map(),
): Refused | null {
  const quantities = new Map<string, number>();
  for (const { sku, location, quantity } of wanted) {
    if (!draft.skus.has(sku)) return refuseUnknownSku('unknown_sku', sku);
    if (location !== null && !draft.locations.has(location)) {
      return refuseUnknownLocation('unknown_location', location);
    }
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  for (const [sku, quantity] of quantities) {
    const most = draft.skus.get(sku)?.maxPerReservation ?? null;
    if (most !== null && quantity > most && quantity > (before.get(sku) ?? 0)) {
      return refuse({
        code: 'quantity_limit_exceeded',
        detail: `A reservation may have at most ${most} of ${sku} (its max_per_reservation); this one asks for ${quantity}.`,
      });
    }
  }
  return null;
}

function takeStock(
  draft: Draft,
  command: ReserveCommand,
  lines: readonly ReservationLine[],
  confirmed: boolean,
): void {
  const why = { reservationId: command.reservationId, reason: null, caller: command.caller };
  for (const { sku, allocations } of lines) {
    for (const { location, quantity } of allocations) {
      if (confirmed) draft.move({ sku, location }, 'confirm', { allocated: quantity }, why);
      else draft.move({ sku, location }, 'reserve', { reserved: quantity }, why);
    }
  }
}
