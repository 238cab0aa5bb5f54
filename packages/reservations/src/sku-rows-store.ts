import { sql, type Sql } from '@holdfast/db';
import { inMilliseconds } from './reservation-rows-store.ts';

/** A row of `skus`, in the shape of the domain's `Sku`. */
export const skuAsJson: Sql = sql`json_build_object(
          'sku', sku,
          'active', active,
          'maxPerReservation', max_per_reservation,
          'maxPerCustomer', max_per_customer,
          'customerLimitSince', ${inMilliseconds(sql`coalesce(customer_limit_since, customer_limit_set_at)`)}
        )`;
