import { randomUUID } from 'node:crypto';
import { only, sql, type Queryable } from '@holdfast/db';
import { decide, type Command, type Reservation, type Snapshot, type StockLevel } from '@holdfast/domain';
import { databaseNow, reservationsAsJson } from '@holdfast/reservations';

/**
 * Finds which of these holds the ledger would expire, chunk after chunk, and changes nothing: the domain
 * decides the same commands. A chunk is decided on what those before it would have left of their levels.
 */
export function foretellExpiry(db: Queryable): (ids: readonly string[]) => Promise<readonly string[]> {
  const changed = new Map<string, StockLevel>();

  return async (ids) => {
    const { now, snapshot } = await readHoldsSnapshot(db, ids);
    const levels = snapshot.levels.map((level) => changed.get(nameOf(level)) ?? level);
    const commands = ids.map((id): Command => ({ kind: 'expire', reservationId: id }));
    const clock = { now, newId: randomUUID, idOf: () => randomUUID() };
    const { outcomes, changes } = decide({ ...snapshot, levels }, commands, clock);
    for (const level of changes.levels) changed.set(nameOf(level), level);
    return ids.filter((_id, index) => {
      const outcome = outcomes[index];
      return outcome?.ok === true && 'changed' in outcome && outcome.changed;
    });
  };
}

const nameOf = ({ sku, location }: StockLevel): string => JSON.stringify([sku, location]);

/**
 * Reads, without locks, what decides whether these holds expire: the holds in order of `ids`, their levels,
 * and the time of the read (database, epoch milliseconds).
 */
async function readHoldsSnapshot(
  db: Queryable,
  ids: readonly string[],
): Promise<{ readonly now: number; readonly snapshot: Snapshot }> {
  const { now, reservations, levels } = only(
    await db.$queryRaw<{ now: number; reservations: Reservation[]; levels: StockLevel[] }[]>`
      SELECT
        ${databaseNow} AS now,
        ${reservationsAsJson(ids)} AS reservations,
        ${levelsOf(ids)} AS levels`,
  );
  const byId = new Map(reservations.map((reservation) => [reservation.id, reservation]));
  return {
    now,
    snapshot: { ...NOTHING_ELSE, reservations: ids.flatMap((id) => byId.get(id) ?? []), levels },
  };
}

/** An expiry asks for nothing else. */
const NOTHING_ELSE: Omit<Snapshot, 'levels' | 'reservations'> = {
  skus: [],
  locations: [],
  orders: [],
  cancelledOrders: [],
  refusedPayments: [],
  recordedParts: [],
  imports: [],
  audits: [],
  blockers: [],
  waiters: [],
  customerUnits: [],
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
          'backorderLimit', level.backorder_limit,
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
