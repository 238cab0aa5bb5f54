import type { Outcome } from './commands.ts';
import type { ReservationView } from './contract-view.ts';
import type { Refusal } from './refusals.ts';

/** Units of a SKU that a call asked for and did not get, or not yet. */
export interface UnmetDemand {
  readonly sku: string;
  readonly units: number;
  /** The code of the refusal; or `waiting`, in line. */
  readonly kind: string;
}

const NOTHING: readonly UnmetDemand[] = [];

/** Units that a command was refused or waits for: for each such SKU, all its lines together. */
export function unmetDemandOf(outcome: Outcome): readonly UnmetDemand[] {
  if (!outcome.ok) return refusedUnits(outcome.refusal);
  if ('outcomes' in outcome) return outcome.outcomes.flatMap(unmetDemandOf);
  if ('order' in outcome && 'refusal' in outcome.order && outcome.order.refusal) {
    return refusedUnits(outcome.order.refusal);
  }
  return 'reservation' in outcome && outcome.changed ? unitsInLine(outcome.reservation) : NOTHING;
}

/** For a reservation that has just joined the line. */
function unitsInLine({ status, version, lines }: ReservationView): readonly UnmetDemand[] {
  if (status !== 'waiting' || version > 1) return NOTHING;
  return addedUp(
    'waiting',
    lines.map(({ sku, quantity }) => ({ sku, requested: quantity })),
  );
}

function refusedUnits(refusal: Refusal): readonly UnmetDemand[] {
  const { code } = refusal;
  if (code === 'insufficient_stock' || code === 'customer_limit_reached') {
    return addedUp(code, refusal.lines);
  }
  // That a SKU is paused does not say how many were asked for.
  return code === 'sku_inactive' ? refusal.lines.map(({ sku }) => ({ sku, units: 0, kind: code })) : NOTHING;
}

function addedUp(
  kind: string,
  lines: readonly { readonly sku: string; readonly requested: number }[],
): readonly UnmetDemand[] {
  const [first, ...others] = lines;
  if (first && others.length === 0) return [{ sku: first.sku, units: first.requested, kind }];
  const units = new Map<string, number>();
  for (const { sku, requested } of lines) units.set(sku, (units.get(sku) ?? 0) + requested);
  return [...units].map(([sku, sum]) => ({ sku, units: sum, kind }));
}
