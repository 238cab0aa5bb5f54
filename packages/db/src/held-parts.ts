import type { Queryable } from './client.ts';

/** What a hold has of one level. */
export interface HeldPart {
  readonly reservationId: string;
  readonly sku: string;
  readonly location: string;
  readonly quantity: number;
  /** The level's counter now; 0 where the level is gone. */
  readonly reserved: number;
}

/** What these reservations would give back, level by level. */
export async function readHeldParts(db: Queryable, ids: readonly string[]): Promise<readonly HeldPart[]> {
  return db.$queryRaw<HeldPart[]>`
    SELECT
      line.reservation_id AS "reservationId",
      line.sku,
      part.location,
      sum(part.quantity)::integer AS quantity,
      coalesce(level.reserved, 0) AS reserved
    FROM reservation_lines line
    JOIN line_allocations part USING (reservation_id, line_no)
    LEFT JOIN stock_levels level ON level.sku = line.sku AND level.location = part.location
    WHERE line.reservation_id = ANY(${[...ids]}::uuid[])
    GROUP BY line.reservation_id, line.sku, part.location, level.reserved`;
}
