import type { Refused } from '../outcome.ts';
import type { WantedLine } from '../sourcing.ts';
import type { Sku } from '../stock-level.ts';
import { refuse, refuseUnknownLocation, refuseUnknownSku } from './refuse.ts';

/** The SKUs and locations named by a call that exist. */
export interface Catalogue {
  readonly skus: ReadonlyMap<string, Sku>;
  readonly locations: ReadonlySet<string>;
}

const NO_UNITS: ReadonlyMap<string, number> = new Map();

/**
 * Errors of the caller, which are checked before stock is.
 *
 * @param wanted added up
 * @param listed the only locations that may give. Null: all
 * @param before units of each SKU that the reservation has already: as many are always allowed
 */
export function findMistake(
  { skus, locations }: Catalogue,
  wanted: readonly WantedLine[],
  listed: readonly string[] | null,
  before: ReadonlyMap<string, number> = NO_UNITS,
): Refused | null {
  const quantities = new Map<string, number>();
  for (const { sku, location, quantity } of wanted) {
    if (!skus.has(sku)) return refuseUnknownSku('unknown_sku', sku);
    if (location !== null && !locations.has(location)) {
      return refuseUnknownLocation('unknown_location', location);
    }
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  const unknown = listed?.find((location) => !locations.has(location));
  if (unknown !== undefined) return refuseUnknownLocation('unknown_location', unknown);
  for (const [sku, quantity] of quantities) {
    const most = skus.get(sku)?.maxPerReservation ?? null;
    if (most !== null && quantity > most && quantity > (before.get(sku) ?? 0)) {
      return refuse({
        code: 'quantity_limit_exceeded',
        detail: `A reservation may have at most ${most} of ${sku} (its max_per_reservation); this one asks for ${quantity}.`,
      });
    }
  }
  return null;
}
