import { sql, type Sql, type SqlRunner } from '@holdfast/db';
import { customersOf, type Changes, type CustomerUnits, type Snapshot } from '@holdfast/domain';
import type { Batch } from './entry.ts';

// How many units of a SKU each customer has, for SKUs that have, or had, a limit. The rows are locked when
// all levels are (docs/decisions/0037): a batch that waits here holds those already, and one that holds a row
// waits for none.

/** A customer of a SKU, and since when its units are counted. */
interface AskedCounter {
  readonly customer_id: string;
  readonly sku: string;
  readonly since: string;
}

/** What the decision of a batch needs to know of customers, and what it may change. */
function countersOf({ entries }: Batch, snapshot: Snapshot): readonly AskedCounter[] {
  const since = new Map(snapshot.skus.map((each) => [each.sku, each.customerLimitSince ?? 0]));
  const targets = entries.map((entry) => entry.targets);
  return customersOf(targets, snapshot).map(({ customerId, sku }) => ({
    customer_id: customerId,
    sku,
    since: new Date(since.get(sku) ?? 0).toISOString(),
  }));
}

/**
 * What a customer has, counted from the reservations. The domain has the same rule for each line
 * (`unitsOfCustomer`).
 */
const COUNTED = sql`(
        SELECT coalesce(sum(
          CASE
            WHEN r.status IN ('waiting', 'held') THEN line.quantity
            ELSE line.confirmed_quantity - line.cancelled_quantity - line.returned_quantity
          END
        ), 0)
        FROM reservations r
        JOIN reservation_lines line ON line.reservation_id = r.id
        WHERE r.customer_id = asked.customer_id
          AND r.created_at >= asked.since
          AND r.status IN ('waiting', 'held', 'confirmed', 'fulfilled')
          AND line.sku = asked.sku
      )`;

const asRows = (asked: readonly AskedCounter[]): Sql => sql`
      json_to_recordset(${JSON.stringify(asked)}::json) AS asked (customer_id text, sku text, since timestamptz)`;

/**
 * Locks the counters, by customer and SKU, and reads them. One that is missing, or that counts since another
 * time, is made. Another batch that makes it meanwhile is waited for, and the row that it leaves is right.
 */
export async function lockCustomerUnits(
  tx: SqlRunner,
  batch: Batch,
  snapshot: Snapshot,
): Promise<readonly CustomerUnits[]> {
  const asked = countersOf(batch, snapshot);
  if (asked.length === 0) return [];
  return tx.$queryRaw<CustomerUnits[]>`
    WITH asked AS MATERIALIZED (
      SELECT customer_id, sku, since
      FROM ${asRows(asked)}
    ),
    known AS MATERIALIZED (
      SELECT customer_id, sku, counter.taken
      FROM asked
      JOIN customer_counters counter USING (customer_id, sku, since)
      ORDER BY customer_id, sku
      FOR NO KEY UPDATE OF counter
    ),
    made AS (
      INSERT INTO customer_counters AS counter (customer_id, sku, since, taken)
      SELECT customer_id, sku, since, ${COUNTED}
      FROM asked
      WHERE NOT EXISTS (
        SELECT
        FROM known
        WHERE known.customer_id = asked.customer_id
          AND known.sku = asked.sku
      )
      ORDER BY customer_id, sku
      ON CONFLICT (customer_id, sku) DO UPDATE
      SET
        since = EXCLUDED.since,
        taken = CASE WHEN counter.since = EXCLUDED.since THEN counter.taken ELSE EXCLUDED.taken END
      RETURNING customer_id, sku, taken
    )
    SELECT customer_id AS "customerId", sku, taken::float8 AS units
    FROM (SELECT * FROM known UNION ALL SELECT * FROM made) counters
    ORDER BY customer_id, sku`;
}

/** A part of the statement that writes the rows of a decision. Nothing where no counter changes. */
export function changedCounters({ customerUnits }: Pick<Changes, 'customerUnits'>): Sql {
  if (customerUnits.length === 0) return sql``;
  return sql`customer_units AS (
      UPDATE customer_counters counter
      SET taken = counter.taken + changed.units
      FROM json_to_recordset(${JSON.stringify(customerUnits)}::json) AS changed (
        "customerId" text, sku text, units integer
      )
      WHERE counter.customer_id = changed."customerId"
        AND counter.sku = changed.sku
    ),`;
}

/** SKUs of which a decision changes what customers have, and that it has seen without a limit. */
export function uncountedSkus({ created, updated }: Changes, { skus }: Snapshot): readonly string[] {
  const ofCustomers = [...created, ...updated].filter(({ customerId }) => customerId !== null);
  if (ofCustomers.length === 0) return [];
  const counted = new Set(skus.filter((each) => each.customerLimitSince !== null).map(({ sku }) => sku));
  const named = new Set(ofCustomers.flatMap(({ lines }) => lines.map(({ sku }) => sku)));
  return [...named].filter((sku) => !counted.has(sku));
}

/**
 * An expression: whether one of these SKUs has a limit by now. Then others may have counted its customers
 * already, without what this batch changes.
 */
export function hasUnseenLimit(skus: readonly string[]): Sql {
  if (skus.length === 0) return sql`false`;
  return sql`EXISTS (
        SELECT
        FROM skus
        WHERE sku = ANY(${skus}::text[])
          AND customer_limit_set_at IS NOT NULL
      )`;
}
