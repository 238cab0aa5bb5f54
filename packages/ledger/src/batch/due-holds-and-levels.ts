import { sql, type Sql, type Transaction } from '@holdfast/db';
import { levelsNamedBy, reservesIn, type Command, type StockLevel } from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import { commandsOf, type Entry } from './entry.ts';

/** What a batch is about, beside the reservations that it names. */
interface DueHoldsAndLevels {
  /** Ids of holds whose time is over and that have stock of the SKUs that are wanted. */
  readonly due: readonly string[];
  /** How many due holds were looked at for them. */
  readonly lookedAt: number;
  readonly levels: readonly StockLevel[];
  readonly context: Context | null;
}

export interface LockClauses {
  readonly dueHolds: Sql;
  readonly levels: Sql;
}
export const LOCKS: LockClauses = {
  dueHolds: sql`FOR NO KEY UPDATE OF r SKIP LOCKED`,
  levels: sql`FOR NO KEY UPDATE OF level`,
};
export const NO_LOCKS: LockClauses = { dueHolds: sql``, levels: sql`` };

/** SKUs that creates want. */
function wantedSkus(commands: readonly Command[]): string[] {
  const reserves = commands.flatMap(reservesIn);
  return [...new Set(reserves.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
}

/** The reservation that is sourced anew, if its time is over. */
function reacquiredBy(command: Command): string[] {
  return command.kind === 'confirm' && command.onExpired === 'reacquire' ? [command.reservationId] : [];
}

/** Then it may be any of those that are named. */
function mayReacquireForOrder(command: Command): boolean {
  return command.kind === 'order-paid' && command.onExpired === 'reacquire';
}

/**
 * Finds, in one statement, the due holds of the SKUs that are wanted, and every level that the commands may change: of
 * creates and reviews all levels of their SKUs, of verbs those of the reservation, of stock commands those that are named.
 */
export async function findDueHoldsAndLevels(
  locks: LockClauses,
  tx: Transaction,
  entries: readonly Entry[],
  named: readonly string[],
  dueHoldsMax: number,
): Promise<DueHoldsAndLevels> {
  const commands = commandsOf(entries);
  const skus = wantedSkus(commands);
  const stocked = commands.flatMap(levelsNamedBy);
  const reviewed = commands.flatMap((command) => (command.kind === 'review-stock' ? command.skus : []));
  // Whoever is sourced anew may be given by any location, and what dead holds of those SKUs still hold.
  const sourcedAnew = commands.some(mayReacquireForOrder) ? named : commands.flatMap(reacquiredBy);

  const ofOtherCommands = sql`
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
        FROM unnest(${stocked.map(({ sku }) => sku)}::text[], ${stocked.map(({ location }) => location)}::text[])
          AS stocked (sku, location)
        UNION
        SELECT sku, location
        FROM stock_levels
        WHERE sku = ANY(${reviewed}::text[])`;
  const orSourcedAnew = sql`
            OR line.sku IN (
              SELECT sku
              FROM reservation_lines
              WHERE reservation_id = ANY(${sourcedAnew}::uuid[])
            )`;
  const onlyReserves = commands.every(({ kind }) => kind === 'reserve' || kind === 'reserve-batch');

  const [row] = await tx.$queryRaw<DueHoldsAndLevels[]>`
    WITH overdue AS MATERIALIZED (
      SELECT id
      FROM reservations
      WHERE status = 'held'
        AND expires_at <= statement_timestamp()
      ORDER BY expires_at
      LIMIT ${skus.length + sourcedAnew.length > 0 ? dueHoldsMax : 0}::integer
    ),
    due AS MATERIALIZED (
      SELECT r.id
      FROM overdue
      CROSS JOIN LATERAL (
        SELECT
        FROM reservation_lines line
        WHERE line.reservation_id = overdue.id
          AND (line.sku = ANY(${skus}::text[]) ${sourcedAnew.length > 0 ? orSourcedAnew : sql``})
        LIMIT 1
      ) wanted_too
      JOIN reservations r ON r.id = overdue.id
      WHERE r.status = 'held'
        AND r.expires_at <= statement_timestamp()
      ${locks.dueHolds}
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
      ${onlyReserves ? sql`` : ofOtherCommands}
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
      ${locks.levels}
    )
    SELECT found.*, ${locks === NO_LOCKS || named.length > 0 ? sql`NULL` : contextOf(entries)} AS context
    FROM (
      SELECT
        (SELECT coalesce(json_agg(id), '[]') FROM due) AS due,
        (SELECT count(*)::integer FROM overdue) AS "lookedAt",
        (SELECT coalesce(json_agg(locked), '[]') FROM locked) AS levels
      OFFSET 0 -- a fence: all locks are held before anything outside of it is evaluated, the clock above all
    ) found`;
  if (!row) throw new Error('a look for what may change answered nothing');
  return row;
}
