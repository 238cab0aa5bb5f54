import type { Reservation } from './types.ts';

export const STATUSES = [
  'waiting',
  'held',
  'confirmed',
  'fulfilled',
  'released',
  'expired',
  'cancelled',
  'withdrawn',
] as const satisfies readonly Reservation['status'][];

/** What `GET /v1/reservations` filters by, by the names of its parameters. */
export const TEXT_FILTERS = {
  order_id: 'Order',
  cart_id: 'Cart',
  customer_id: 'Customer',
  store_id: 'Store',
  source: 'Source',
  sku: 'SKU',
  location: 'Location',
} as const;

export const TIME_FILTERS = {
  created_after: 'Created after',
  created_before: 'Created before',
  expires_before: 'Ends before',
} as const;

type FilterName = keyof typeof TEXT_FILTERS | keyof typeof TIME_FILTERS;

export type ListReservationsFilter = { status?: Reservation['status'][] } & Partial<
  Record<FilterName, string>
>;

const isStatus = (text: string): text is Reservation['status'] => STATUSES.some((each) => each === text);

/** Reads a filter from the address of the list. */
export function filterFrom(search: URLSearchParams): ListReservationsFilter {
  const status = search.getAll('status').filter(isStatus);
  const filter: ListReservationsFilter = status.length > 0 ? { status } : {};
  for (const name of [...keysOf(TEXT_FILTERS), ...keysOf(TIME_FILTERS)]) {
    const value = search.get(name);
    if (value) filter[name] = value;
  }
  return filter;
}

/** Writes a filter as the address has it. */
export function filterTo({ status = [], ...others }: ListReservationsFilter): URLSearchParams {
  const search = new URLSearchParams(status.map((each) => ['status', each]));
  for (const [name, value] of Object.entries(others)) if (value) search.set(name, value);
  return search;
}

function keysOf<T extends object>(object: T): (keyof T)[] {
  return Object.keys(object) as (keyof T)[];
}
