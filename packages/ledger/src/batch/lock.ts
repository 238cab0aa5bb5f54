import { sql, type Sql, type Transaction } from '@holdfast/db';
import {
  levelsNamedBy,
  reservationNamedBy,
  reservesIn,
  type Command,
  type OpenImport,
  type Reservation,
  type StockLevel,
  type StockWatch,
} from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import type { Entry } from './entry.ts';

/** All that a batch may change. */
export interface Found {
  readonly levels: readonly StockLevel[];
  /** SKUs of those levels that somebody watches, and those that are to be reviewed. Each has all its levels there. */
  readonly watches: readonly StockWatch[];
  readonly imports: readonly OpenImport[];
  /** Reservations named by commands, and due holds of the SKUs that commands want. */
  readonly reservationIds: readonly string[];
  /** False: so many holds are due that some of the wanted SKUs may have been missed. */
  readonly sawAllDue: boolean;
  /** What else is to be known, of a moment after the locks. Null: not read yet. */
  readonly context: Context | null;
}

/**
 * Locks all that the commands may change, always in one order, sorted within each: imports by id, reservations by id, due
 * holds, stock levels by SKU and location. So no two batches, of whichever process, can wait for each other in a circle.
 *
 * The lock statement's own output is the newest version of each level: in READ COMMITTED, PostgreSQL reads a row again
 * after it has waited for its lock (docs: "13.2.1. Read Committed Isolation Level"). What belongs to a reservation must be
 * read by a later statement. What belongs to none (keys, SKUs) and the time are read by this one, if no reservation is
 * named: one statement fewer for a create, a fifth of its time when nothing else is going on.
 *
 * @param dueHoldsMax how many due holds to look at for those of the wanted SKUs
 */
export async function lockAndFind(
  tx: Transaction,
  entries: readonly Entry[],
  dueHoldsMax: number,
): Promise<Found> {
  const imports = await lockImports(tx, commandsOf(entries));
  await lockReservations(tx, namedReservations(commandsOf(entries)), sql``);
  return { imports, ...(await findWith(LOCKS, tx, entries, dueHoldsMax)) };
}

/** The same without locks: all of it may change before the next statement. But for imports: each has one worker. */
export async function find(tx: Transaction, entries: readonly Entry[], dueHoldsMax: number): Promise<Found> {
  const imports = await lockImports(tx, commandsOf(entries));
  return { imports, ...(await findWith(NO_LOCKS, tx, entries, dueHoldsMax)) };
}

/**
 * Locks what `find` has found, in the same order, and answers what it is by then. Due holds that somebody else is just
 * giving back are passed over.
 */
export async function lockFound(
  tx: Transaction,
  entries: readonly Entry[],
  found: { readonly levels: readonly StockLevel[]; readonly reservations: readonly Reservation[] },
): Promise<Lockable> {
  const named = new Set(namedReservations(commandsOf(entries)));
  const due = found.reservations.map(({ id }) => id).filter((id) => !named.has(id));
  const reservations = [
    ...(await lockReservations(tx, [...named], sql``)),
    ...(await lockReservations(tx, due, sql`SKIP LOCKED`)),
  ];
  const levels = await tx.$queryRaw<Lockable['levels']>`
    SELECT
      level.sku,
      level.location,
      level.on_hand AS "onHand",
      level.reserved,
      level.allocated,
      level.safety_stock AS "safetyStock",
      level.level_seq::float8 AS "levelSeq"
    FROM unnest(
      ${found.levels.map(({ sku }) => sku)}::text[],
      ${found.levels.map(({ location }) => location)}::text[]
    ) AS seen (sku, location)
    JOIN stock_levels level USING (sku, location)
    ORDER BY level.sku, level.location
    FOR NO KEY UPDATE OF level`;
  return { levels, reservations };
}

async function lockImports(tx: Transaction, commands: readonly Command[]): Promise<readonly OpenImport[]> {
  const ids = commands.flatMap((command) => (command.kind === 'import-stock' ? [command.importId] : []));
  if (ids.length === 0) return [];
  return tx.$queryRaw<OpenImport[]>`
    SELECT id, chunks_applied AS "chunksApplied"
    FROM stock_imports
    WHERE id = ANY(${ids}::uuid[])
      AND state IN ('queued', 'running')
    ORDER BY id
    FOR NO KEY UPDATE`;
}

async function lockReservations(
  tx: Transaction,
  ids: readonly string[],
  skipLocked: Sql,
): Promise<Lockable['reservations']> {
  if (ids.length === 0) return [];
  return tx.$queryRaw<Lockable['reservations']>`
    SELECT id, version, status, (extract(epoch FROM expires_at) * 1000)::float8 AS "expiresAt"
    FROM reservations
    WHERE id = ANY(${ids}::uuid[])
    ORDER BY id
    FOR NO KEY UPDATE ${skipLocked}`;
}

/** What tells whether a level or a reservation has changed. */
export interface Lockable {
  readonly levels: readonly Omit<StockLevel, 'priority' | 'active' | 'version'>[];
  readonly reservations: readonly Pick<Reservation, 'id' | 'version' | 'status' | 'expiresAt'>[];
}

interface LockClauses {
  readonly dueHolds: Sql;
  readonly levels: Sql;
}
const LOCKS: LockClauses = {
  dueHolds: sql`FOR NO KEY UPDATE OF r SKIP LOCKED`,
  levels: sql`FOR NO KEY UPDATE OF level`,
};
const NO_LOCKS: LockClauses = { dueHolds: sql``, levels: sql`` };

async function findWith(
  locks: LockClauses,
  tx: Transaction,
  entries: readonly Entry[],
  dueHoldsMax: number,
): Promise<Omit<Found, 'imports'>> {
  const commands = commandsOf(entries);
  await addMissingLevels(tx, commands);
  const { due, lookedAt, levels, watches, context } = await findDueHoldsAndLevels(
    locks,
    tx,
    entries,
    dueHoldsMax,
  );
  return {
    levels,
    watches,
    reservationIds: [...new Set([...namedReservations(commands), ...due])],
    sawAllDue: lookedAt < dueHoldsMax,
    context,
  };
}

const commandsOf = (entries: readonly Entry[]): Command[] => entries.map(({ command }) => command);

function namedReservations(commands: readonly Command[]): string[] {
  return commands.map(reservationNamedBy).filter((id) => id !== null);
}

/** A level that is being set for the first time needs a row that can be locked. Nobody sees it while its version is 0. */
async function addMissingLevels(tx: Transaction, commands: readonly Command[]): Promise<void> {
  const named = commands.filter(mayAddLevels).flatMap(levelsNamedBy);
  if (named.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stock_levels (sku, location)
    SELECT DISTINCT sku, location
    FROM unnest(${named.map(({ sku }) => sku)}::text[], ${named.map(({ location }) => location)}::text[])
      AS wanted (sku, location)
    LEFT JOIN stock_levels known USING (sku, location)
    JOIN skus USING (sku)
    JOIN locations USING (location)
    WHERE known.sku IS NULL
    ORDER BY sku, location
    ON CONFLICT DO NOTHING`;
}

function mayAddLevels(command: Command): boolean {
  if (command.kind === 'set-stock') return command.ifVersion === null;
  return command.kind !== 'repair-stock' || !command.dryRun;
}

/** SKUs that creates want. */
function wantedSkus(commands: readonly Command[]): string[] {
  const reserves = commands.flatMap(reservesIn);
  return [...new Set(reserves.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
}

async function findDueHoldsAndLevels(
  locks: LockClauses,
  tx: Transaction,
  entries: readonly Entry[],
  dueHoldsMax: number,
): Promise<Pick<Found, 'levels' | 'watches' | 'context'> & { due: readonly string[]; lookedAt: number }> {
  const commands = commandsOf(entries);
  const skus = wantedSkus(commands);
  const named = namedReservations(commands);
  const stocked = commands.flatMap(levelsNamedBy);
  const reviewed = commands.flatMap((command) => (command.kind === 'review-stock' ? command.skus : []));
  // Whoever is sourced anew may be given by any location, and what dead holds of those SKUs still hold.
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
        FROM unnest(${stocked.map(({ sku }) => sku)}::text[], ${stocked.map(({ location }) => location)}::text[])
          AS stocked (sku, location)
        UNION
        SELECT sku, location
        FROM stock_levels
        WHERE sku = ANY(${reviewed}::text[])`;
  const orOfReservations = sql`
            OR line.sku IN (
              SELECT sku
              FROM reservation_lines
              WHERE reservation_id = ANY(${sourcedAnew}::uuid[])
            )`;
  const onlyReserves = commands.every(({ kind }) => kind === 'reserve' || kind === 'reserve-batch');

  const [row] = await tx.$queryRaw<
    {
      due: string[];
      lookedAt: number;
      levels: StockLevel[];
      watches: StockWatch[];
      context: Context | null;
    }[]
  >`
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
          AND (line.sku = ANY(${skus}::text[]) ${sourcedAnew.length > 0 ? orOfReservations : sql``})
        LIMIT 1
      ) wanted_too
      JOIN reservations r ON r.id = overdue.id
      WHERE r.status = 'held'
        AND r.expires_at <= statement_timestamp()
      ${locks.dueHolds}
    ),
    touched AS (
      SELECT line.sku, a.location
      FROM due
      JOIN reservation_lines line ON line.reservation_id = due.id
      JOIN line_allocations a USING (reservation_id, line_no)
      ${onlyReserves ? sql`` : ofReservations}
    ),
    wanted AS (
      SELECT sku, location
      FROM stock_levels
      WHERE sku = ANY(${skus}::text[])
      UNION
      SELECT sku, location
      FROM touched
      UNION
      SELECT level.sku, level.location
      FROM touched
      JOIN skus USING (sku)
      JOIN stock_levels level USING (sku)
      WHERE skus.low_stock_threshold IS NOT NULL -- what is available in all must be known of it
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
        (SELECT coalesce(json_agg(locked), '[]') FROM locked) AS levels,
        (
          SELECT coalesce(json_agg(json_build_object(
            'sku', sku,
            'threshold', low_stock_threshold,
            'isLow', is_low,
            'reviewAskedAt', review_asked_at
          )), '[]')
          FROM (SELECT sku FROM wanted UNION SELECT unnest(${reviewed}::text[])) concerned (sku)
          JOIN skus USING (sku)
          WHERE low_stock_threshold IS NOT NULL
            OR is_low
            OR review_asked_at IS NOT NULL
        ) AS watches
      OFFSET 0 -- a fence: all locks are held before anything outside of it is evaluated, the clock above all
    ) found`;
  if (!row) throw new Error('a look for what may change answered nothing');
  return row;
}
