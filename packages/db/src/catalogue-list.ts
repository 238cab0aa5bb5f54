import type { LocationRow, SkuRow } from './catalogue.ts';
import { sql, type Queryable, type Sql } from './client.ts';

/** A part of a list by name. */
interface NamePage {
  /** Read on behind this name. */
  readonly after: string | null;
  readonly limit: number;
}

const SKU_COLUMNS: Sql = sql`
      sku, name, product_id, variant_id, low_stock_threshold, max_per_reservation, created_at, updated_at`;

/** Locations by name, by index. */
export async function readLocations(db: Queryable, { after, limit }: NamePage): Promise<LocationRow[]> {
  return db.$queryRaw<LocationRow[]>`
    SELECT location, name, priority, active, created_at, updated_at
    FROM locations
    WHERE location > ${after ?? ''}
    ORDER BY location
    LIMIT ${limit}::integer`;
}

/** SKUs by name, by index. */
export async function readSkus(db: Queryable, { after, limit }: NamePage): Promise<SkuRow[]> {
  return db.$queryRaw<SkuRow[]>`
    SELECT ${SKU_COLUMNS}
    FROM skus
    WHERE sku > ${after ?? ''}
    ORDER BY sku
    LIMIT ${limit}::integer`;
}

/** One SKU, or null when there is none of that name. */
export async function readSku(db: Queryable, sku: string): Promise<SkuRow | null> {
  const [row] = await db.$queryRaw<SkuRow[]>`
    SELECT ${SKU_COLUMNS}
    FROM skus
    WHERE sku = ${sku}`;
  return row ?? null;
}
