import { sql, type Transaction } from '@holdfast/db';
import type { Command, StockLevel } from '@holdfast/domain';

/** What a batch has locked. */
export interface Locked {
  readonly levels: readonly StockLevel[];
  /** Reservations named by commands, and due holds of the SKUs that commands want. */
  readonly reservationIds: readonly string[];
  /** False: so many holds are due that some of the wanted SKUs may have been missed. */
  readonly lookedAtAllDue: boolean;
}

/**
 * Locks all that the commands may change, always in one order, sorted within each: reservations by id, due holds,
 * stock levels by SKU and location. So no two batches, of whichever process, can wait for each other in a circle.
 *
 * The lock statement's own output is the newest version of each level: in READ COMMITTED, PostgreSQL reads a row again
 * after it has waited for its lock (docs: "13.2.1. Read Committed Isolation Level"). What belongs to a reservation
 * (lines, keys) must be read by a later statement, and the time too.
 *
 * @param dueHoldsMax how many due holds to look at for those of the wanted SKUs
 */
export async function lockFor(
  tx: Transaction,
  commands: readonly Command[],
  dueHoldsMax: number,
): Promise<Locked> {
  const named = commands.flatMap((command) =>
    'reservationId' in command && command.kind !== 'reserve' ? [command.reservationId] : [],
  );
  if (named.length > 0) {
    await tx.$executeRaw`
      SELECT FROM reservations
      WHERE id = ANY(${named}::uuid[])
      ORDER BY id
      FOR NO KEY UPDATE`;
  }
  await addMissingLevels(tx, commands);
  const { due, lookedAt, levels } = await lockDueHoldsAndLevels(tx, commands, named, dueHoldsMax);
  return { levels, reservationIds: [...named, ...due], lookedAtAllDue: lookedAt < dueHoldsMax };
}

/** A level that is being set for the first time needs a row that can be locked. */
async function addMissingLevels(tx: Transaction, commands: readonly Command[]): Promise<void> {
  const set = commands
    .filter((command) => command.kind === 'set-stock')
    .filter(({ ifVersion }) => ifVersion === null);
  if (set.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stock_levels (sku, location)
    SELECT DISTINCT sku, location
    FROM unnest(${set.map(({ sku }) => sku)}::text[], ${set.map(({ location }) => location)}::text[])
      AS wanted (sku, location)
    JOIN skus USING (sku)
    JOIN locations USING (location)
    ORDER BY sku, location
    ON CONFLICT DO NOTHING`;
}

/** SKUs that creates want. */
function wantedSkus(commands: readonly Command[]): string[] {
  const reserves = commands.filter((command) => command.kind === 'reserve');
  return [...new Set(reserves.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
}

async function lockDueHoldsAndLevels(
  tx: Transaction,
  commands: readonly Command[],
  named: readonly string[],
  dueHoldsMax: number,
): Promise<{ due: readonly string[]; lookedAt: number; levels: readonly StockLevel[] }> {
  const skus = wantedSkus(commands);
  const set = commands.filter((command) => command.kind === 'set-stock');
  // Whoever is sourced anew may be given by any location.
  const sourcedAnew = commands
    .filter((command) => command.kind === 'confirm')
    .filter(({ onExpired }) => onExpired === 'reacquire')
    .map(({ reservationId }) => reservationId);

  const ofReservations = sql`
        UNION
        SELECT line.sku, a.location
        FROM reservation_lines line
        JOIN line_allocations a USING (reservation_id, line_no)
        WHERE line.reservation_id = ANY(${named}::uuid[])
        UNION
        SELECT line.sku, level.location
        FROM reservation_lines line
        JOIN stock_levels level USING (sku)
        WHERE line.reservation_id = ANY(${sourcedAnew}::uuid[])
        UNION
        SELECT sku, location
        FROM unnest(${set.map(({ sku }) => sku)}::text[], ${set.map(({ location }) => location)}::text[])
          AS being_set (sku, location)`;
  const onlyReserves = commands.every(({ kind }) => kind === 'reserve');

  const [row] = await tx.$queryRaw<{ due: string[]; lookedAt: number; levels: StockLevel[] }[]>`
    WITH overdue AS MATERIALIZED (
      SELECT id
      FROM reservations
      WHERE status = 'held'
        AND expires_at <= statement_timestamp()
      ORDER BY expires_at
      LIMIT ${skus.length > 0 ? dueHoldsMax : 0}::integer
    ),
    due AS MATERIALIZED (
      SELECT r.id
      FROM overdue
      CROSS JOIN LATERAL (
        SELECT
        FROM reservation_lines line
        WHERE line.reservation_id = overdue.id
          AND line.sku = ANY(${skus}::text[])
        LIMIT 1
      ) wanted_too
      JOIN reservations r ON r.id = overdue.id
      WHERE r.status = 'held'
        AND r.expires_at <= statement_timestamp()
      FOR NO KEY UPDATE OF r SKIP LOCKED
    ),
    wanted AS (
      SELECT sku, location
      FROM stock_levels
      WHERE sku = ANY(${skus}::text[])
      UNION
      SELECT line.sku, a.location
      FROM due
      JOIN reservation_lines line ON line.reservation_id = due.id
      JOIN line_allocations a USING (reservation_id, line_no)
      ${onlyReserves ? sql`` : ofReservations}
    ),
    locked AS (
      SELECT
        level.sku,
        level.location,
        place.priority,
        place.active,
        level.on_hand AS "onHand",
        level.reserved,
        level.allocated,
        level.safety_stock AS "safetyStock",
        level.version,
        level.level_seq AS "levelSeq"
      FROM wanted
      JOIN stock_levels level USING (sku, location)
      JOIN locations place USING (location)
      ORDER BY level.sku, level.location
      FOR NO KEY UPDATE OF level
    )
    SELECT
      (SELECT coalesce(json_agg(id), '[]') FROM due) AS due,
      (SELECT count(*)::integer FROM overdue) AS "lookedAt",
      (SELECT coalesce(json_agg(locked), '[]') FROM locked) AS levels`;
  if (!row) throw new Error('the lock statement answered nothing');
  return row;
}
