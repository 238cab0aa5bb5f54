import { readAvailabilityOf, readLowStock, readStockMovements, type Database } from '@holdfast/db';

/** Something that is read, as the API does it for a caller, and through the API. The n-th call reads of another SKU. */
export interface Reading {
  readonly name: string;
  readonly inProcess: (n: number) => Promise<unknown>;
  /** Null: no call reads this. */
  readonly path: ((n: number) => string) | null;
}

/** What there is to be read of. */
export interface Subjects {
  readonly skus: readonly string[];
  readonly locations: readonly string[];
  readonly reservations: readonly string[];
  /** Where the middle of the list of low SKUs is. */
  readonly middle: { readonly afterSku: string; readonly cursor: string };
}

const PAGE = 50;
/** The API reads one more, to know whether there is another page. */
const READ = PAGE + 1;
const ANY = { sku: null, location: null, reservationId: null };

/** The yardstick: the levels of a SKU by the first column of their primary key, and nothing else. */
export function bareSelect({ prisma }: Database, { skus }: Subjects): Reading {
  return {
    name: 'Bare SELECT of the levels of one SKU',
    path: null,
    inProcess: (n) => prisma.$queryRaw`
      SELECT sku, location, on_hand, reserved, allocated, safety_stock, shortfall, version, updated_at
      FROM stock_levels
      WHERE sku = ${at(skus, n)}`,
  };
}

export function availability({ prisma }: Database, { skus }: Subjects): Reading {
  return {
    name: 'Availability of one SKU',
    inProcess: (n) => readAvailabilityOf(prisma, [at(skus, n)]),
    path: (n) => `/v1/items/${at(skus, n)}/availability`,
  };
}

/** A page of the list of low SKUs: those that come after a name. */
interface LowStockReading extends Reading {
  readonly afterSku: string;
}

export function lowStockPages({ prisma }: Database, { middle }: Subjects): readonly LowStockReading[] {
  const page = (name: string, afterSku: string, query: string): LowStockReading => ({
    name: `Low stock: ${name}`,
    afterSku,
    inProcess: () => readLowStock(prisma, { afterSku, limit: READ }),
    path: () => `/v1/inventory/low-stock?limit=${PAGE}${query}`,
  });
  return [
    page('the first page', '', ''),
    page('a page in the middle', middle.afterSku, `&cursor=${encodeURIComponent(middle.cursor)}`),
  ];
}

export function movementPages(
  { prisma }: Database,
  { skus, locations, reservations }: Subjects,
): readonly Reading[] {
  const page = { after: null, limit: READ };
  const path = '/v1/stock-movements';
  return [
    {
      name: 'Movements: all',
      inProcess: () => readStockMovements(prisma, ANY, page),
      path: () => `${path}?limit=${PAGE}`,
    },
    {
      name: 'Movements: of a SKU',
      inProcess: (n) => readStockMovements(prisma, { ...ANY, sku: at(skus, n) }, page),
      path: (n) => `${path}?limit=${PAGE}&sku=${at(skus, n)}`,
    },
    {
      name: 'Movements: of a location',
      inProcess: (n) => readStockMovements(prisma, { ...ANY, location: at(locations, n) }, page),
      path: (n) => `${path}?limit=${PAGE}&location=${at(locations, n)}`,
    },
    {
      name: 'Movements: of a SKU in a location',
      inProcess: (n) =>
        readStockMovements(prisma, { ...ANY, sku: at(skus, n), location: at(locations, n) }, page),
      path: (n) => `${path}?limit=${PAGE}&sku=${at(skus, n)}&location=${at(locations, n)}`,
    },
    {
      name: 'Movements: of a reservation',
      inProcess: (n) => readStockMovements(prisma, { ...ANY, reservationId: at(reservations, n) }, page),
      path: (n) => `${path}?limit=${PAGE}&reservation_id=${at(reservations, n)}`,
    },
  ];
}

const at = (names: readonly string[], n: number): string => names[n % names.length] ?? '';
