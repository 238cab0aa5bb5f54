import {
  isCounted,
  nameOfUnits,
  unitsOfCustomer,
  type CustomerOfSku,
  type CustomerUnits,
} from './customer-units.ts';
import type { Reservation } from './reservation.ts';
import type { Snapshot } from './snapshot.ts';
import type { Sku } from './stock-level.ts';
import type { Targets } from './targets.ts';

// What customers have while a batch is decided.

interface CountedState {
  /** By id. */
  readonly reservations: ReadonlyMap<string, Reservation>;
  /** By name. */
  readonly customerUnits: Map<string, CustomerUnits>;
}

/** Adds what a reservation changes for its customer, before it is put. */
export function noteCustomerUnits(
  { reservations, customerUnits }: CountedState,
  skus: ReadonlyMap<string, Sku>,
  after: Reservation,
): void {
  const before = reservations.get(after.id);
  for (const [reservation, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    const customerId = reservation?.customerId ?? null;
    if (!reservation || customerId === null) continue;
    for (const line of reservation.lines) {
      if (!isCounted(skus.get(line.sku), reservation)) continue;
      const of = { customerId, sku: line.sku };
      const units = customerUnits.get(nameOfUnits(of))?.units ?? 0;
      customerUnits.set(nameOfUnits(of), { ...of, units: units + sign * unitsOfCustomer(reservation, line) });
    }
  }
}

/** @throws {Error} when they were not read */
export function unitsTakenBy(
  { customerUnits }: Pick<CountedState, 'customerUnits'>,
  of: CustomerOfSku,
): number {
  const found = customerUnits.get(nameOfUnits(of));
  if (!found) throw new Error(`what ${of.customerId} has of ${of.sku} is not in the snapshot`);
  return found.units;
}

/** The difference between the units of customers now and as they were read. */
export function changedCustomerUnits(
  { customerUnits }: Pick<CountedState, 'customerUnits'>,
  read: Pick<Snapshot, 'customerUnits'>,
): readonly CustomerUnits[] {
  if (customerUnits.size === 0) return [];
  const before = new Map(read.customerUnits.map((each) => [nameOfUnits(each), each.units]));
  return [...customerUnits]
    .map(([name, { customerId, sku, units }]) => ({
      customerId,
      sku,
      units: units - (before.get(name) ?? 0),
    }))
    .filter(({ units }) => units !== 0);
}

/** Pairs of customer and SKU whose units these commands read or change, for SKUs with a limit. */
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

/** For each reservation, order and cart that commands name: the customers and SKUs that may get units. */
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
