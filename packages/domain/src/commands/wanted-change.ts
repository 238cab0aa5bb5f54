import type { Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { ExtensionLimits } from '../hold-lifetime.ts';
import type { Refused } from '../outcome.ts';
import type { IfShort, Reservation, Sourcing } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import { isForCancelledOrder, refuseCancelledOrder } from './cancelled-order.ts';
import type { IfVersion } from './if-version.ts';
import { isLineOf, presentUnits } from './line-changes.ts';
import { refusePromise, type AddedUnitsOfSku } from './new-promises.ts';
import { findMistake } from './wanted-lines.ts';

/** The wanted content of a reservation. */
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
  readonly reason?: string | null;
  /** Reservations that may wait for one SKU. Default: no limit. */
  readonly waitersMax?: number;
}

/** Errors of the caller, which are checked before stock is. */
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
  // For a customer who is named only now, all units count as added.
  const counted = customerId === before.customerId ? added : after;
  return refusePromise(draft, { customerId, added, counted, reservation: before });
}

/** The added units of each SKU, lines added up. */
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

/** Fulfilled units of lines that are not wanted any more, for SKUs that still are. */
function unitsThatStay({ lines }: Reservation, wanted: readonly WantedLine[]): readonly WantedLine[] {
  return lines.flatMap((line) => {
    const { sku, fulfilledQuantity: quantity } = line;
    const isNamed = wanted.some((each) => isLineOf(each)(line));
    const isOfSku = wanted.some((each) => each.sku === sku);
    return quantity > 0 && isOfSku && !isNamed ? [{ sku, location: null, quantity }] : [];
  });
}
