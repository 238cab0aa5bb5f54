import type { Sku } from '../stock-level.ts';
import { no, type ExpectedRefusal } from './expected.ts';
import { skuOf, type NaiveReservation } from './naive-reservation.ts';
import type { NaiveStock } from './naive-stock.ts';

interface Units {
  readonly sku: string;
  readonly quantity: number;
}

/** The units that a customer is promised in addition. */
interface Promised {
  readonly customerId: string | null;
  /** Promised more than before. */
  readonly added: readonly Units[];
  /** What the customer gets. */
  readonly given: readonly Units[];
  /** The reservation that gets it, if there is one. */
  readonly by?: NaiveReservation;
}

/** Paused SKUs and limits of customers: they refuse added units, before stock is checked. */
export function refusePromise(
  stock: NaiveStock,
  { customerId, added, given, by }: Promised,
): ExpectedRefusal | null {
  const more = sums(added).map(([sku]) => stock.skus.get(sku));
  if (customerId === null && more.some((sku) => (sku?.maxPerCustomer ?? null) !== null)) {
    return no('customer_required');
  }
  const paused = more.flatMap((sku) => (sku?.active === false ? [{ sku: sku.sku }] : []));
  if (paused.length > 0) return no('sku_inactive', by, paused);
  if (customerId === null) return null;
  const over = sums(given).flatMap(([name, requested]) => {
    const sku = stock.skus.get(name);
    if (!sku || sku.maxPerCustomer === null) return [];
    const taken = takenBy(stock, customerId, sku, by);
    return taken + requested > sku.maxPerCustomer
      ? [{ sku: name, limit: sku.maxPerCustomer, taken, requested }]
      : [];
  });
  return over.length > 0 ? no('customer_limit_reached', by, over) : null;
}

/** By SKU, in order of first mention, without zeros. */
function sums(units: readonly Units[]): readonly (readonly [string, number])[] {
  const names = [...new Set(units.map(({ sku }) => sku))];
  return names
    .map((name) => {
      const own = units.filter(({ sku }) => sku === name);
      return [name, own.reduce((sum, { quantity }) => sum + quantity, 0)] as const;
    })
    .filter(([, quantity]) => quantity > 0);
}

/** Every unit that the customer holds, waits for, or has got and kept. */
function takenBy(stock: NaiveStock, customerId: string, sku: Sku, by?: NaiveReservation): number {
  const own = stock.reservations.filter(
    (each) => each.customerId === customerId && (isCounted(sku, each) || each === by),
  );
  return own.reduce((sum, each) => sum + unitsHad(each, sku.sku), 0);
}

export function isCounted({ customerLimitSince }: Sku, { createdAt }: NaiveReservation): boolean {
  return customerLimitSince !== null && createdAt >= customerLimitSince;
}

const HAD: ReadonlySet<string> = new Set(['held', 'sold', 'out']);

export function unitsHad(of: NaiveReservation, sku: string): number {
  if (of.status === 'waiting' || of.isStillCounted) {
    const lines = of.lines.filter((line) => line.sku === sku);
    return lines.reduce((sum, { quantity }) => sum + quantity, 0);
  }
  return of.units.filter((unit) => skuOf(of, unit) === sku && HAD.has(unit.fate)).length;
}
