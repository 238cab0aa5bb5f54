import { sql, type SqlRunner, type Sql } from '@holdfast/db';
import { isDue } from '@holdfast/reservations';
import type { PartName, StockLevel, Targets } from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import type { Batch } from './entry.ts';
import { dataOfReservations, type ReservationData } from './reservation-data.ts';
import { IS_WATCHED } from './low-stock.ts';
import { andClaimed } from './name-locks.ts';
import { hasLineFor } from './waiting-line.ts';
import { keyPart, type Row } from './locked-rows.ts';

/** What a batch is about, beside the reservations that it names. */
export interface DueHoldsAndLevels {
  /** Ids of holds whose time is over and that have stock of the SKUs that are wanted. */
  readonly due: readonly string[];
  /** How many due holds were looked at for them. */
  readonly lookedAt: number;
  readonly levels: readonly StockLevel[];
  /** Whether reservations wait that are short of one of these SKUs. Null: none is to be sourced. */
  readonly hasLine: boolean | null;
  /** SKUs of these levels that are watched. */
  readonly watched: readonly string[];
  /** Keys, SKUs and the time, read after the locks. */
  readonly context: Context;
  /**
   * Of the reservations that commands name, and of the due holds. Null: none is named, and that of due holds
   * is not read yet.
   */
  readonly data: ReservationData | null;
  /** Whether one of these reservations was changed while the statement waited for its lock. */
  readonly wasOvertaken: boolean;
}

const IS_DUE = isDue();

export interface LockClauses {
  readonly named: Sql;
  readonly dueHolds: Sql;
  readonly levels: Sql;
}
export const LOCKS: LockClauses = {
  named: sql`FOR NO KEY UPDATE`,
  dueHolds: sql`FOR NO KEY UPDATE OF r SKIP LOCKED`,
  levels: sql`FOR NO KEY UPDATE OF level`,
};
export const NO_LOCKS: LockClauses = { named: sql``, dueHolds: sql``, levels: sql`` };

/** The reservations and due holds that commands need. */
export interface WantedHolds {
  /** Reservations that commands name, by their id or their order's. */
  readonly named: readonly string[];
  /** Orders whose names are locked first. */
  readonly claims: readonly string[];
  /** Parts that commands name. */
  readonly parts: readonly PartName[];
  /** The named ones that wait, or are sourced again if they have expired: any location may give the stock. */
  readonly reacquired: readonly string[];
  /** How many due holds to read to find those of the wanted SKUs. */
  readonly dueHoldsMax: number;
  /** Rows that other transactions keep locked: due holds that need one of them are skipped. */
  readonly lockedRows: readonly Row[];
}

/** Which due holds a batch looks at. */
export type DueHoldsToFind = Pick<WantedHolds, 'dueHoldsMax' | 'lockedRows'>;

/** Reservations that are locked: those that commands name, and the due holds. */
const FOUND_IDS: Sql = sql`ARRAY(SELECT id FROM named UNION SELECT id FROM due)`;

/**
 * Finds, in one statement, the reservations that commands name, the due holds of the SKUs that are wanted,
 * and every level that the commands may change: of creates and reviews all levels of their SKUs, of verbs
 * those of the reservation, of stock commands those that are named.
 *
 * The statement sees what belongs to reservations as it was before it waited for their locks. If one of them
 * was changed meanwhile, its row has another place by then (`ctid`), and the answer is `wasOvertaken`.
 */
export async function findDueHoldsAndLevels(
  locks: LockClauses,
  db: SqlRunner,
  batch: Batch,
  wanted: WantedHolds,
): Promise<DueHoldsAndLevels> {
  const { named, claims, reacquired } = wanted;
  const skus = [...new Set(batch.targets.sourced.map(({ sku }) => sku))];
  const isSourcing = skus.length + reacquired.length > 0;
  const [row] = await db.$queryRaw<DueHoldsAndLevels[]>`
    WITH ${named.length > 0 ? namedReservations(locks, wanted) : sql``}
    ${dueHolds(locks, skus, wanted)},
    wanted AS (
      SELECT sku, location
      FROM stock_levels
      WHERE sku = ANY(${skus}::text[])
        ${isSourcing ? sql`` : andClaimed(claims)}
      UNION
      SELECT line.sku, a.location
      FROM due
      JOIN reservation_lines line ON line.reservation_id = due.id
      JOIN line_allocations a USING (reservation_id, line_no)
      ${levelsOfNamed(batch.targets, wanted)}
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
        level.backorder_limit AS "backorderLimit",
        level.version,
        level.level_seq AS "levelSeq"
      FROM wanted
      JOIN stock_levels level USING (sku, location)
      JOIN locations place USING (location)
      ORDER BY level.sku, level.location
      ${locks.levels}
    )
    SELECT
      found.*,
      ${contextOf(batch, named.length > 0 ? FOUND_IDS : null)} AS context,
      ${named.length > 0 ? dataOfReservations(batch.targets, { ids: FOUND_IDS, named, parts: wanted.parts }) : sql`NULL`} AS data
    FROM (
      SELECT
        (SELECT coalesce(json_agg(id), '[]') FROM due) AS due,
        (SELECT count(*)::integer FROM overdue) AS "lookedAt",
        (SELECT coalesce(json_agg(locked), '[]') FROM locked) AS levels,
        ${isSourcing ? hasLineFor(sql`locked`) : sql`NULL::boolean`} AS "hasLine",
        ARRAY(SELECT sku FROM skus WHERE sku IN (SELECT sku FROM locked) AND ${IS_WATCHED}) AS watched,
        ${named.length > 0 ? WAS_OVERTAKEN : sql`false`} AS "wasOvertaken"
      OFFSET 0 -- a fence: all locks are held before anything outside of it is evaluated, the clock above all
    ) found`;
  if (!row) throw new Error('the lock statement returned no row');
  return row;
}

/** Its first evaluation locks the names of orders, then the reservations. */
function namedReservations(locks: LockClauses, { named, claims }: WantedHolds): Sql {
  return sql`named AS MATERIALIZED (
      SELECT id, ctid AS place
      FROM reservations
      WHERE id = ANY(${named}::uuid[])
        ${andClaimed(claims)}
      ORDER BY id
      ${locks.named}
    ),`;
}

/** Always true, once the named reservations are locked: due holds come after them. */
const AFTER_NAMED: Sql = sql`AND (SELECT count(*) FROM named) >= 0`;

const WAS_OVERTAKEN: Sql = sql`EXISTS (
          SELECT
          FROM (SELECT id, place FROM named UNION ALL SELECT id, place FROM due) locked_now
          JOIN reservations seen USING (id)
          WHERE seen.ctid <> locked_now.place
        )`;

/** The due holds that have stock of these SKUs or of those that are sourced again, oldest first. */
function dueHolds(
  locks: LockClauses,
  skus: readonly string[],
  { named, claims, reacquired, dueHoldsMax, lockedRows }: WantedHolds,
): Sql {
  const isSourcing = skus.length + reacquired.length > 0;
  const orReacquired = sql`
            OR line.sku IN (
              SELECT sku
              FROM reservation_lines
              WHERE reservation_id = ANY(${reacquired}::uuid[])
            )`;
  return sql`overdue AS MATERIALIZED (
      SELECT id
      FROM reservations
      WHERE ${IS_DUE}
        ${isSourcing ? andClaimed(claims) : sql``}
        ${isSourcing && named.length > 0 ? AFTER_NAMED : sql``}
      ORDER BY expires_at
      LIMIT ${isSourcing ? dueHoldsMax : 0}::integer
    ),
    due AS MATERIALIZED (
      SELECT r.id, r.ctid AS place
      FROM overdue
      CROSS JOIN LATERAL (
        SELECT
        FROM reservation_lines line
        WHERE line.reservation_id = overdue.id
          AND (line.sku = ANY(${skus}::text[]) ${reacquired.length > 0 ? orReacquired : sql``})
        LIMIT 1
      ) wanted_too
      JOIN reservations r ON r.id = overdue.id
      WHERE ${IS_DUE}
        ${lockedRows.length > 0 ? withoutLocked(lockedRows) : sql``}
      ${locks.dueHolds}
    )`;
}

/** The levels that a batch may change without a create. Creates alone keep their statement short. */
function levelsOfNamed({ levels, reviewedSkus }: Targets, { named, reacquired }: WantedHolds): Sql {
  if (named.length + levels.length + reviewedSkus.length === 0) return sql``;
  return sql`
        ${named.length > 0 ? LEVELS_OF_RESERVATIONS : sql``}
        UNION
        SELECT line.sku, level.location
        FROM reservation_lines line
        JOIN stock_levels level USING (sku)
        WHERE line.reservation_id = ANY(${reacquired}::uuid[])
        UNION
        SELECT sku, location
        FROM unnest(${levels.map(({ sku }) => sku)}::text[], ${levels.map(({ location }) => location)}::text[])
          AS stocked (sku, location)
        UNION
        SELECT sku, location
        FROM stock_levels
        WHERE sku = ANY(${reviewedSkus}::text[])`;
}

const LEVELS_OF_RESERVATIONS: Sql = sql`
        UNION
        SELECT line.sku, a.location
        FROM named
        JOIN reservation_lines line ON line.reservation_id = named.id
        JOIN line_allocations a USING (reservation_id, line_no)
        UNION
        SELECT line.sku, level.location -- of waiting ones: one that leaves unblocks them
        FROM named
        JOIN waiting_lines line ON line.reservation_id = named.id
        JOIN stock_levels level USING (sku)`;

/** A hold is given back with all its levels: one that is kept locked must not delay the others. */
function withoutLocked(lockedRows: readonly Row[]): Sql {
  const levels = lockedRows.filter(({ table }) => table === 'stock_levels');
  const skus = lockedRows.filter(({ table }) => table === 'skus');
  return sql`AND NOT EXISTS (
          SELECT
          FROM reservation_lines line
          JOIN line_allocations a USING (reservation_id, line_no)
          WHERE line.reservation_id = r.id
            AND (
              line.sku = ANY(${keyPart(skus, 0)}::text[])
              OR (line.sku, a.location) IN (
                SELECT * FROM unnest(${keyPart(levels, 0)}::text[], ${keyPart(levels, 1)}::text[])
              )
            )
        )`;
}
