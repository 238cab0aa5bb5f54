import { sql, withTimeLimit, type Database, type Sql } from '@holdfast/db';

/** A stored name that is not plain ASCII, or too long, or with a blank at an end: it may break the rule. */
export interface UnusualName {
  readonly kind: string;
  readonly name: string;
}

/** The columns that contain names given by clients, with a word for each. */
const NAMES: readonly (readonly [kind: string, table: Sql, column: Sql])[] = [
  ['sku', sql`skus`, sql`sku`],
  ['product_id', sql`skus`, sql`product_id`],
  ['variant_id', sql`skus`, sql`variant_id`],
  ['location', sql`locations`, sql`location`],
  ['order', sql`orders`, sql`order_id`],
  ['order', sql`reservations`, sql`order_id`],
  ['cart', sql`reservations`, sql`cart_id`],
  ['customer', sql`reservations`, sql`customer_id`],
  ['store', sql`reservations`, sql`store_id`],
  ['fulfillment, release, cancellation or return', sql`reservation_parts`, sql`part_id`],
];

/** All reservations may have to be read once for each of their columns. */
const TIME_LIMIT_MS = 30 * 60_000;

/** Names of one column that one statement reads: if there are more, they have one cause. */
const NAMES_MAX = 10_000;

/** Finds names that may break the naming rule, each once for each column, in their order. */
export async function* findUnusualNames(database: Database): AsyncGenerator<UnusualName> {
  for (const [kind, table, column] of NAMES) {
    const found = await withTimeLimit(
      database,
      TIME_LIMIT_MS,
      (tx) => tx.$queryRaw<{ name: string | null }[]>`
        SELECT DISTINCT ${column} AS name
        FROM ${table}
        WHERE ${column} COLLATE "C" !~ '^[!-~]([ -~]{0,253}[!-~])?$'
        ORDER BY name
        LIMIT ${NAMES_MAX}::integer`,
    );
    for (const { name } of found) if (name !== null) yield { kind, name }; // the condition finds no null
  }
}
