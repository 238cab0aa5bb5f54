import { sql, type Sql, type Transaction } from '@holdfast/db';
import type { Command, OpenImport, Order, Reservation, StockLevel } from '@holdfast/domain';
import type { Context } from './context.ts';
import { findDueHoldsAndLevels, LOCKS, NO_LOCKS, type LockClauses } from './due-holds-and-levels.ts';
import { commandsOf, namedReservations, type Entry } from './entry.ts';
import { addMissingLevels } from './missing-levels.ts';
import { lockOrders, type OrderedReservation } from './orders.ts';

/** All that a batch may change. */
export interface Found {
  readonly levels: readonly StockLevel[];
  readonly imports: readonly OpenImport[];
  readonly orders: readonly Order[];
  readonly reservationsOfOrders: readonly OrderedReservation[];
  /** Reservations named by commands, by their id or their order's. */
  readonly named: readonly string[];
  /** Reservations named by commands, and due holds of the SKUs that commands want. */
  readonly reservationIds: readonly string[];
  /** False: so many holds are due that some of the wanted SKUs may have been missed. */
  readonly sawAllDue: boolean;
  /** What else is to be known, of a moment after the locks. Null: not read yet. */
  readonly context: Context | null;
}

/**
 * Locks all that the commands may change, always in one order, sorted within each: orders by id, imports by id,
 * reservations by id, levels that are new, due holds (those that somebody else has are passed over), stock levels by SKU
 * and location; and when all is written, rows of watched SKUs (low-stock.ts), and keys. So no two batches, of whichever
 * process, can wait for each other in a circle.
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
  const first = await lockFirst(tx, commandsOf(entries));
  await lockReservations(tx, first.named, sql``);
  return { ...first, ...(await findWith(LOCKS, tx, entries, first.named, dueHoldsMax)) };
}

/** The same without locks on what there is: all of it may change before the next statement. But for orders and imports. */
export async function find(tx: Transaction, entries: readonly Entry[], dueHoldsMax: number): Promise<Found> {
  const first = await lockFirst(tx, commandsOf(entries));
  return { ...first, ...(await findWith(NO_LOCKS, tx, entries, first.named, dueHoldsMax)) };
}

/**
 * Locks what `find` has found, in the same order, and answers what it is by then. Due holds that somebody else is just
 * giving back are passed over.
 */
export async function lockFound(
  tx: Transaction,
  found: {
    readonly named: readonly string[];
    readonly levels: readonly StockLevel[];
    readonly reservations: readonly Reservation[];
  },
): Promise<Lockable> {
  const named = new Set(found.named);
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

/** What few commands want, and what comes before all else: whichever way the rest is locked. */
async function lockFirst(
  tx: Transaction,
  commands: readonly Command[],
): Promise<Pick<Found, 'imports' | 'orders' | 'reservationsOfOrders' | 'named'>> {
  const { orders, reservationsOfOrders } = await lockOrders(tx, commands);
  const imports = await lockImports(tx, commands);
  const ofOrders = reservationsOfOrders.map(({ id }) => id);
  const named = [...new Set([...namedReservations(commands), ...ofOrders])];
  return { orders, reservationsOfOrders, imports, named };
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

async function findWith(
  locks: LockClauses,
  tx: Transaction,
  entries: readonly Entry[],
  named: readonly string[],
  dueHoldsMax: number,
): Promise<Pick<Found, 'levels' | 'reservationIds' | 'sawAllDue' | 'context'>> {
  await addMissingLevels(tx, commandsOf(entries));
  const found = await findDueHoldsAndLevels(locks, tx, entries, named, dueHoldsMax);
  const { due, lookedAt, levels, context } = found;
  return {
    levels,
    reservationIds: [...new Set([...named, ...due])],
    sawAllDue: lookedAt < dueHoldsMax,
    context,
  };
}
