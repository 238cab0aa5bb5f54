import { sql, type Queryable } from '@holdfast/db';
import type { Reservation, Snapshot, StockLevel } from '@holdfast/domain';
import { databaseNow, reservationsAsJson } from '@holdfast/reservations';

/** What is there of these reservations, and the database's time of the read (epoch milliseconds). */
interface HoldsSnapshot {
  readonly now: number;
  readonly snapshot: Snapshot;
}

/**
 * Reads, without locks, all that it takes to decide whether these holds expire: the holds, in order of `ids`,
 * and their levels.
 */
export async function readHoldsSnapshot(db: Queryable, ids: readonly string[]): Promise<HoldsSnapshot> {
  const [row] = await db.$queryRaw<{ now: number; reservations: Reservation[]; levels: StockLevel[] }[]>`
    SELECT
      ${databaseNow} AS now,
      ${reservationsAsJson(ids)} AS reservations,
      ${levelsOf(ids)} AS levels`;
  if (!row) throw new Error('a read of holds returned no row');
  const byId = new Map(row.reservations.map((reservation) => [reservation.id, reservation]));
  const reservations = ids.flatMap((id) => byId.get(id) ?? []);
  return { now: row.now, snapshot: { ...NOTHING_ELSE, reservations, levels: row.levels } };
}

/** An expiry asks for nothing else. */
const NOTHING_ELSE: Omit<Snapshot, 'levels' | 'reservations'> = {
  skus: [],
  locations: [],
  orders: [],
  cancelledOrders: [],
  refusedPayments: [],
  fulfillments: [],
  imports: [],
  audits: [],
};

const levelsOf = (ids: readonly string[]) => sql`(
        SELECT coalesce(json_agg(json_build_object(
          'sku', level.sku,
          'location', level.location,
          'priority', place.priority,
          'active', place.active,
          'onHand', level.on_hand,
          'reserved', level.reserved,
          'allocated', level.allocated,
          'safetyStock', level.safety_stock,
          'version', level.version,
          'levelSeq', level.level_seq
        )), '[]')
        FROM (
          SELECT DISTINCT line.sku, a.location
          FROM reservation_lines line
          JOIN line_allocations a USING (reservation_id, line_no)
          WHERE line.reservation_id = ANY(${ids}::uuid[])
        ) part
        JOIN stock_levels level USING (sku, location)
        JOIN locations place USING (location)
      )`;
