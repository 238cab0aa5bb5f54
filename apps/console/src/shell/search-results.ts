import type { SearchResult } from '../api/types.ts';
import { groupBy } from '../parts/group-by.ts';
import {
  cartPath,
  customerPath,
  eventPath,
  orderPath,
  reservationPath,
  skuPath,
  syncPath,
} from '../parts/paths.ts';

const TITLES: Readonly<Record<SearchResult['kind'], string>> = {
  sku: 'SKUs',
  order: 'Orders',
  cart: 'Carts',
  customer: 'Customers',
  reservation: 'Reservations',
  warehouse_sync: 'Warehouse syncs',
  event: 'Events',
};

/** The page of what was found. */
export function pathOf({ kind, id }: SearchResult): string {
  switch (kind) {
    case 'sku':
      return skuPath(id);
    case 'order':
      return orderPath(id);
    case 'cart':
      return cartPath(id);
    case 'customer':
      return customerPath(id);
    case 'reservation':
      return reservationPath(id);
    case 'warehouse_sync':
      return syncPath(id);
    case 'event':
      return eventPath(id);
    default:
      return kind satisfies never;
  }
}

/** The kinds in the order in which the API answers them. */
export function groupsOf(results: readonly SearchResult[]) {
  const groups = groupBy(results, ({ kind }) => kind);
  return [...groups].map(([kind, found]) => ({ title: TITLES[kind], results: found }));
}
