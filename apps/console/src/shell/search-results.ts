import type { SearchResult } from '../api/types.ts';
import { groupBy } from '../parts/group-by.ts';
import { cartPath, customerPath, orderPath, reservationPath, skuPath, syncPath } from '../parts/paths.ts';

const TITLES: Readonly<Record<SearchResult['kind'], string>> = {
  sku: 'SKUs',
  order: 'Orders',
  cart: 'Carts',
  customer: 'Customers',
  reservation: 'Reservations',
  warehouse_sync: 'Warehouse syncs',
  event: 'Events',
};

/** The page of what was found. An event of a reservation stands in the reservation's timeline. */
export function pathOf({ kind, id, label }: SearchResult): string {
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
    case 'event': {
      const [, reservation] = /, reservation ([0-9a-f-]{36})$/.exec(label) ?? [];
      return reservation ? `${reservationPath(reservation)}#${id}` : `/events?id=${encodeURIComponent(id)}`;
    }
    default:
      return kind satisfies never;
  }
}

/** The kinds in the order in which the API answers them. */
export function groupsOf(results: readonly SearchResult[]) {
  const groups = groupBy(results, ({ kind }) => kind);
  return [...groups].map(([kind, found]) => ({ title: TITLES[kind], results: found }));
}
