import { beginsWith, sql, type Found, type Queryable } from '@holdfast/db';

/** SKUs that are `text` or begin with it, in the order of their bytes, with their names. */
export async function searchSkus(db: Queryable, text: string, limit: number): Promise<readonly Found[]> {
  return db.$queryRaw<Found[]>`
    SELECT sku AS id, coalesce(name, sku) AS label
    FROM skus
    WHERE ${beginsWith(sql`sku`, text)}
    ORDER BY sku USING ~<~
    LIMIT ${limit}::integer`;
}
