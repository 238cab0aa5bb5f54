import type { LocationRow, SkuRow } from './catalogue-store.ts';
import type { Queryable } from '@holdfast/db';

/** A part of a list by name. */
interface NamePage {
  /** Read on behind this name. */
  readonly after: string | null;
  readonly limit: number;
}

const SHOWN_OF_LOCATION = {
  location: true,
  name: true,
  priority: true,
  active: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof LocationRow, true>;

const SHOWN_OF_SKU = {
  sku: true,
  name: true,
  product_id: true,
  variant_id: true,
  low_stock_threshold: true,
  max_per_reservation: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof SkuRow, true>;

/** Locations by name, by index. */
export async function readLocations(db: Queryable, { after, limit }: NamePage): Promise<LocationRow[]> {
  return db.location.findMany({
    select: SHOWN_OF_LOCATION,
    where: { location: { gt: after ?? '' } },
    orderBy: { location: 'asc' },
    take: limit,
  });
}

/** SKUs by name, by index. */
export async function readSkus(db: Queryable, { after, limit }: NamePage): Promise<SkuRow[]> {
  return db.sku.findMany({
    select: SHOWN_OF_SKU,
    where: { sku: { gt: after ?? '' } },
    orderBy: { sku: 'asc' },
    take: limit,
  });
}

/** One SKU, or null when there is none of that name. */
export async function readSku(db: Queryable, sku: string): Promise<SkuRow | null> {
  return db.sku.findUnique({ select: SHOWN_OF_SKU, where: { sku } });
}
