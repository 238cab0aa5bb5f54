import type { DraftState } from './draft-state.ts';
import type { Reservation, ReservationLine } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { Sku } from './stock-level.ts';
import type { Targets } from './targets.ts';

// Units that customers have of SKUs with a limit. PostgreSQL has the same rule, to count a customer for the
// first time (packages/ledger/src/batch/customer-counters.ts).

/** A customer and a SKU. */
export interface CustomerOfSku {
  readonly customerId: string;
  readonly sku: string;
}

export interface CustomerUnits extends CustomerOfSku {
  readonly units: number;
}

export const nameOfUnits = ({ customerId, sku }: CustomerOfSku): string => JSON.stringify([customerId, sku]);

/**
 * Units of a line that count for its customer: what is waited for or held, or what was bought and kept. A due hold counts
 * until it is given back, which the next call that asks for its SKUs does.
 */
export function unitsOfCustomer({ status }: Pick<Reservation, 'status'>, line: ReservationLine): number {
  switch (status) {
    case 'waiting':
    case 'held':
      return line.quantity;
    case 'confirmed':
    case 'fulfilled':
    case 'cancelled':
      return line.confirmedQuantity - line.cancelledQuantity - line.returnedQuantity;
    case 'released':
    case 'expired':
    case 'withdrawn':
      return 0;
    default:
      return status satisfies never;
  }
}

/** Whether the units of a reservation count against the limit of a SKU. */
export function isCounted(sku: Sku | undefined, { createdAt }: Pick<Reservation, 'createdAt'>): boolean {
  const since = sku?.customerLimitSince ?? null;
  return since !== null && createdAt >= since;
}

/** Adds what a reservation changes for its customer, before it is put. */
export function noteCustomerUnits(
  state: Pick<DraftState, 'reservations' | 'customerUnits'>,
  skus: ReadonlyMap<string, Sku>,
  after: Reservation,
): void {
  const before = state.reservations.get(after.id);
  for (const [reservation, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    const customerId = reservation?.customerId ?? null;
    if (!reservation || customerId === null) continue;
    for (const line of reservation.lines) {
      if (!isCounted(skus.get(line.sku), reservation)) continue;
      const name = nameOfUnits({ customerId, sku: line.sku });
      const units = (state.customerUnits.get(name)?.units ?? 0) + sign * unitsOfCustomer(reservation, line);
      state.customerUnits.set(name, { customerId, sku: line.sku, units });
    }
  }
}

/**
 * Which customers have, or get, units of which SKUs whose customers are counted: all that a decision of these
 * commands reads or changes.
 */
export function customersOf(
  commands: readonly Targets[],
  { skus, reservations }: Pick<Snapshot, 'skus' | 'reservations'>,
): readonly CustomerOfSku[] {
  const counted = new Set(
    skus.filter(({ customerLimitSince }) => customerLimitSince !== null).map(({ sku }) => sku),
  );
  if (counted.size === 0) return [];
  const pairs = new Map<string, CustomerOfSku>();
  const add = (customerId: string, names: Iterable<string>) => {
    for (const sku of names) {
      if (counted.has(sku)) pairs.set(nameOfUnits({ customerId, sku }), { customerId, sku });
    }
  };
  for (const { customers } of commands)
    for (const { customerId, skus: given } of customers) add(customerId, given);
  for (const { customerId, lines } of reservations) if (customerId !== null) add(customerId, skusIn(lines));
  for (const { customers, skus: given } of subjectsOf(commands, reservations)) {
    for (const customerId of customers) add(customerId, given);
  }
  return [...pairs.values()];
}

const skusIn = (lines: readonly { readonly sku: string }[]): readonly string[] => lines.map(({ sku }) => sku);

interface Subject {
  readonly customers: Set<string>;
  readonly skus: Set<string>;
}

/** Of each reservation, order and cart that commands name: who may get what by any of them. */
function subjectsOf(commands: readonly Targets[], reservations: readonly Reservation[]): Iterable<Subject> {
  const subjects = new Map<string, Subject>();
  for (const { reservations: ids, orders, carts, customers, sourced } of commands) {
    for (const name of [...ids.map(nameOfId), ...orders.map(nameOfOrder), ...carts.map(nameOfCart)]) {
      const subject = subjects.get(name) ?? { customers: new Set(), skus: new Set() };
      subjects.set(name, subject);
      for (const { customerId } of customers) subject.customers.add(customerId);
      for (const { sku } of sourced) subject.skus.add(sku);
    }
  }
  for (const { id, orderId, cartId, customerId, lines } of reservations) {
    for (const name of [nameOfId(id), nameOfOrder(orderId), nameOfCart(cartId)]) {
      if (customerId !== null) subjects.get(name)?.customers.add(customerId);
      for (const { sku } of lines) subjects.get(name)?.skus.add(sku);
    }
  }
  return subjects.values();
}

const nameOfId = (id: string): string => `reservation ${id}`;
const nameOfOrder = (orderId: string | null): string => `order ${orderId}`;
const nameOfCart = (cartId: string | null): string => `cart ${cartId}`;
