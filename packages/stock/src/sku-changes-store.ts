import { isoTime, sql, type Page, type Queryable, type Sql } from '@holdfast/db';

/** Who changes a SKU, and why. */
export interface ChangedBy {
  readonly caller: string;
  readonly reason: string | null;
}

type SettingValue = string | number | boolean | null;

/** What one call changed of a SKU. */
export interface SkuChangeEntry extends ChangedBy {
  readonly at: string;
  readonly changes: readonly {
    readonly field: string;
    readonly before: SettingValue;
    readonly after: SettingValue;
  }[];
}

/** The settings of a row of `skus`, by the names that the contract has. */
const settingsOf = (row: Sql): Sql => sql`json_build_object(
        'name', ${row}.name,
        'product_id', ${row}.product_id,
        'variant_id', ${row}.variant_id,
        'low_stock_threshold', ${row}.low_stock_threshold,
        'max_per_reservation', ${row}.max_per_reservation,
        'active', ${row}.active,
        'max_per_customer', ${row}.max_per_customer,
        'customer_limit_since', ${isoTime(sql`${row}.customer_limit_since`)}
      )`;

/**
 * A part of the statement that puts a SKU: records how the row `put` differs from the row `before`, which is
 * missing if the SKU is new.
 */
export const recordSkuChange = ({ caller, reason }: ChangedBy): Sql => sql`recorded AS (
      INSERT INTO sku_changes (sku, caller, reason, changes)
      SELECT put.sku, ${caller}, ${reason}::text, json_agg(json_build_object(
        'field', now.key, 'before', old.value, 'after', now.value
      ) ORDER BY now.key)
      FROM put
      LEFT JOIN before ON before.sku = put.sku
      CROSS JOIN json_each(${settingsOf(sql`put`)}) AS now
      JOIN json_each(${settingsOf(sql`before`)}) AS old ON old.key = now.key
      WHERE now.value::text <> old.value::text
      GROUP BY put.sku
    )`;

/** A page of the changes of a SKU, newest first, each with its place. */
export async function readSkuChanges(
  db: Queryable,
  sku: string,
  page: Page<number>,
): Promise<readonly (SkuChangeEntry & { readonly id: number })[]> {
  const behind = page.after === null ? sql`true` : sql`id < ${page.after}::bigint`;
  return db.$queryRaw<(SkuChangeEntry & { readonly id: number })[]>`
    SELECT id::float8 AS id, ${isoTime(sql`at`)} AS at, caller, reason, changes
    FROM sku_changes
    WHERE sku = ${sku}
      AND ${behind}
    ORDER BY sku_changes.id DESC
    LIMIT ${page.limit}::integer`;
}
