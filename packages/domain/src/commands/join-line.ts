import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { source, type SourcingRules, type WantedLine } from '../sourcing.ts';
import type { StockLevel } from '../stock-level.ts';
import { refuseShort } from './refuse.ts';

/** The request of a reservation that is to wait. */
interface Asked extends SourcingRules {
  readonly lines: readonly WantedLine[];
  /** Those of `lines` that are short now. */
  readonly short: readonly ShortLine[];
  /** The one that waits already, and is changed. */
  readonly reservation?: Reservation;
  readonly waitersMax: number;
}

const withoutPromises = (level: StockLevel): StockLevel => ({
  ...level,
  reserved: 0,
  allocated: 0,
  safetyStock: 0,
});

/**
 * Why a reservation may not wait: if it asks for more units than its locations can ever give, it could block
 * the SKU for ever. The length of a line is limited, too. Null: it may.
 */
export function refuseToWait(
  draft: Draft,
  { lines, short, reservation, waitersMax, ...rules }: Asked,
): Refused | null {
  const unpromised = (sku: string) => draft.levelsOf(sku).map(withoutPromises);
  const { sourcing, locations } = rules;
  const most = source(lines, unpromised, { sourcing, locations });
  if (!most.ok) {
    const why =
      'More is requested than there is where this reservation may take it, so waiting would not help. Nothing was taken.';
    return refuseShort(short.length > 0 ? short : most.short, reservation, why);
  }
  const full = [...new Set(lines.map(({ sku }) => sku))]
    .filter((sku) => !reservation?.lines.some((line) => line.sku === sku))
    .find((sku) => draft.line.waitersOf(sku) >= waitersMax);
  if (full === undefined) return null;
  const why = `${waitersMax} reservations wait for ${full} already, which is as many as may. Nothing was taken.`;
  return refuseShort(short, reservation, why);
}
