import { sql, type Sql } from '@holdfast/db';
import { keptOutcomesAmong } from '@holdfast/idempotency';
import { databaseNow, skuAsJson } from '@holdfast/reservations';
import type { Sku, Targets } from '@holdfast/domain';
import type { Batch } from './entry.ts';
import type { StoredKey } from './outcome-row.ts';
import { cancelledAmong } from './name-locks.ts';

/** What a decision needs besides levels and reservations. */
export interface Context {
  /** Epoch milliseconds, by the database's clock, read after the locks are held. */
  readonly now: number;
  /** Of this transaction: what to ask `pg_xact_status` for, should COMMIT's answer be lost. */
  readonly transactionId: string;
  readonly knownKeys: readonly StoredKey[];
  readonly skus: readonly Sku[];
  readonly locations: readonly string[];
  readonly cancelledOrders: readonly string[];
}

/**
 * A {@link Context} as one JSON value, with the SKUs that commands name, and those of reservations that have
 * a customer, or that may be sourced again. Must be evaluated after the locks are held: `clock_timestamp()`
 * is then later than every wait. A key that another process stores meanwhile may be missing: the write
 * detects that (`key_taken`).
 *
 * @param ids an array of the reservations that are read; null: none
 */
export function contextOf({ targets, keys }: Batch, ids: Sql | null): Sql {
  const named = namesOf(targets);
  const orders = [...new Set(targets.ordersGivenStock)];
  return sql`json_build_object(
      'now', ${databaseNow},
      'transactionId', pg_current_xact_id()::text,
      'skus', (
        SELECT coalesce(json_agg(${skuAsJson}), '[]')
        FROM skus
        WHERE sku = ANY(${named.skus}::text[]) ${ids ? orOfReservations(ids, targets) : sql``}
      ),
      'locations', (
        SELECT coalesce(json_agg(location), '[]')
        FROM locations
        WHERE location = ANY(${named.locations}::text[])
      ),
      'cancelledOrders', ${cancelledAmong(orders, targets.soldReservations)},
      'knownKeys', ${keys.length > 0 ? keptOutcomesAmong(keys) : sql`'[]'::json`}
    )`;
}

function namesOf({ catalogue, listedLocations }: Targets): { skus: string[]; locations: string[] } {
  const skus = new Set<string>();
  const locations = new Set<string>(listedLocations);
  for (const { sku, location } of catalogue) {
    skus.add(sku);
    if (location !== null) locations.add(location);
  }
  return { skus: [...skus], locations: [...locations] };
}

function orOfReservations(ids: Sql, { reacquiredReservations, reacquiredOrders, waiters }: Targets): Sql {
  const isReacquiring = reacquiredReservations.length + reacquiredOrders.length + waiters.length > 0;
  return sql`
          OR sku IN (
            SELECT line.sku
            FROM reservations r
            JOIN reservation_lines line ON line.reservation_id = r.id
            WHERE r.id = ANY(${ids}::uuid[])
              ${isReacquiring ? sql`` : sql`AND r.customer_id IS NOT NULL`}
          )`;
}
