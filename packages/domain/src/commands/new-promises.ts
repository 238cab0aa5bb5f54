import { isCounted, unitsOfCustomer } from '../customer-units.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { OverLimitLine } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import type { Sku } from '../stock-level.ts';
import { refuse } from './refuse.ts';

// Reasons to refuse new promises, checked before stock is: a paused SKU, and the limit of a customer. Only
// added units are checked: the same or fewer units are never refused.

/** Units of a SKU that a call promises more, or gives to a customer. */
export interface AddedUnitsOfSku {
  readonly sku: string;
  readonly quantity: number;
}

/** The promised units, and their customer. */
interface NewPromise {
  readonly customerId: string | null;
  /** Units that are promised more than before. */
  readonly added: readonly AddedUnitsOfSku[];
  /** Units that the customer gets. Default: `added`. */
  readonly counted?: readonly AddedUnitsOfSku[];
  /** The reservation that gets them, if there is one. */
  readonly reservation?: Reservation | undefined;
}

/** Null: nothing but stock can be in the way. Whatever promises units asks this, and then sources them. */
export function refusePromise(draft: Draft, promise: NewPromise): Refused | null {
  const { added, counted = added } = promise;
  const isFree = ({ sku }: AddedUnitsOfSku) => hasNoRules(draft.skus.get(sku));
  if (added.every(isFree) && counted.every(isFree)) return null;
  return (
    refuseWithoutCustomer(draft, promise) ??
    refusePaused(draft, promise) ??
    refuseOverLimit(draft, { ...promise, counted })
  );
}

const hasNoRules = (sku: Sku | undefined): boolean =>
  sku === undefined || (sku.active && sku.maxPerCustomer === null);

function refuseWithoutCustomer(draft: Draft, { customerId, added }: NewPromise): Refused | null {
  if (customerId !== null) return null;
  const limited = added.find(
    ({ sku, quantity }) => quantity > 0 && (draft.skus.get(sku)?.maxPerCustomer ?? null) !== null,
  );
  if (!limited) return null;
  return refuse({
    code: 'customer_required',
    detail: `${limited.sku} has a limit for each customer (its max_per_customer): send the customer_id.`,
  });
}

function refusePaused(draft: Draft, { added, reservation }: NewPromise): Refused | null {
  const paused = new Set<string>();
  for (const { sku, quantity } of added) {
    if (quantity > 0 && draft.skus.get(sku)?.active === false) paused.add(sku);
  }
  if (paused.size === 0) return null;
  return refuse({
    code: 'sku_inactive',
    detail: `Nothing more is promised of ${[...paused].join(', ')}: paused. Nothing was taken.`,
    lines: [...paused].map((sku) => ({ sku })),
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}

function refuseOverLimit(
  draft: Draft,
  { customerId, counted, reservation }: NewPromise & Required<Pick<NewPromise, 'counted'>>,
): Refused | null {
  if (customerId === null) return null;
  const requested = new Map<string, number>();
  for (const { sku, quantity } of counted) requested.set(sku, (requested.get(sku) ?? 0) + quantity);
  const lines = [...requested].flatMap(([sku, quantity]): OverLimitLine[] => {
    const settings = draft.skus.get(sku);
    const limit = settings?.maxPerCustomer ?? null;
    if (limit === null || quantity <= 0) return [];
    const taken = draft.takenBy(customerId, sku) + uncountedUnits(settings, customerId, reservation);
    return taken + quantity > limit ? [{ sku, limit, taken, requested: quantity }] : [];
  });
  const [first] = lines;
  if (!first) return null;
  return refuse({
    code: 'customer_limit_reached',
    detail: `A customer may have at most ${first.limit} of ${first.sku} (its max_per_customer): this one has ${first.taken}, and the call adds ${first.requested}. Nothing was taken.`,
    lines,
    ...(reservation ? { currentStatus: reservation.status } : {}),
  });
}

/** The units of a reservation from before the limit are not counted, but it must not grow past the limit. */
function uncountedUnits(sku: Sku | undefined, customerId: string, reservation?: Reservation): number {
  if (!reservation || reservation.customerId !== customerId || isCounted(sku, reservation)) return 0;
  return reservation.lines.reduce(
    (sum, line) => sum + (line.sku === sku?.sku ? unitsOfCustomer(reservation, line) : 0),
    0,
  );
}
