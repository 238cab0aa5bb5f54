import type { SqlRunner } from '@holdfast/db';
import type { OpenImport, Targets } from '@holdfast/domain';
import {
  findDueHoldsAndLevels,
  LOCKS,
  type DueHoldsAndLevels,
  type DueHoldsToFind,
} from './due-holds-and-levels.ts';
import { readHoldsOfCarts } from './carts.ts';
import { reacquiredBy, type Batch } from './entry.ts';
import { partsNamedBy } from './reservation-data.ts';
import { andClaimed, lockNames, ordersToClaim } from './name-locks.ts';
import { lockOrders, type NamedOrders } from './orders.ts';
import { readNextInLine } from './waiting-line.ts';

/** All that a batch may change. */
export interface Found extends NamedOrders, Omit<DueHoldsAndLevels, 'due' | 'lookedAt'> {
  readonly imports: readonly OpenImport[];
  /** Reservations named by commands, by their id or their order's. */
  readonly named: readonly string[];
  /** Reservations named by commands, and due holds of the SKUs that commands want. */
  readonly reservationIds: readonly string[];
  /** False: so many holds are due that some of the wanted SKUs may have been missed. */
  readonly sawAllDue: boolean;
}

export interface HowToFind extends DueHoldsToFind {
  /** Whether reservations are locked by a statement of their own first, so that nothing can overtake. */
  readonly locksFirst: boolean;
}

/**
 * Locks all that the commands may change, always in one order, sorted within each: names of orders, carts
 * and ids of clients by their hash (name-locks.ts: shared for commands that give an order stock, else
 * exclusive), rows of orders by id, imports by id, reservations by id, levels that are new, due holds (those
 * that another session has locked are skipped), stock levels by SKU and location, counters of customers by
 * customer and SKU (customer-counters.ts); and when all is written, rows of watched SKUs (low-stock.ts), and
 * keys. So batches of all processes cannot deadlock.
 *
 * The lock statement's own output is the newest version of each level: in READ COMMITTED, PostgreSQL reads a
 * row again after it has waited for its lock (docs: "13.2.1. Read Committed Isolation Level"). It reads what
 * belongs to the named reservations too, and finds out whether one of them has changed during a wait: then
 * the batch begins again, and locks them by a statement of their own. Each statement saved is a fifth of a
 * verb's time when nothing else is going on.
 */
export async function lockAndFind(tx: SqlRunner, batch: Batch, how: HowToFind): Promise<Found> {
  const first = await lockFirst(tx, batch.targets);
  if (how.locksFirst) await lockReservations(tx, first);
  return { ...first, ...(await findWith(tx, batch, first, how)) };
}

interface LockedFirst extends NamedOrders, Pick<Found, 'imports' | 'named'> {
  /** Those of `named` that are next in line. */
  readonly waiters: readonly string[];
  /** Orders whose names the next statement locks before everything else. */
  readonly claims: readonly string[];
}

/** What few commands want, and what comes before all else: whichever way the rest is locked. */
async function lockFirst(tx: SqlRunner, targets: Targets): Promise<LockedFirst> {
  const claims = ordersToClaim(targets);
  const isFollowedByReservations = !locksAheadOfReservations(targets);
  if (!isFollowedByReservations) await lockNames(tx, targets, claims);
  const { orders, reservationsOfOrders } = await lockOrders(tx, targets);
  const imports = await lockImports(tx, targets);
  const ofOrders = reservationsOfOrders.map(({ id }) => id);
  const ofCarts = await readHoldsOfCarts(tx, targets.carts);
  const waiters = await readNextInLine(tx, targets.waiters);
  const named = [...new Set([...targets.reservations, ...ofOrders, ...ofCarts, ...waiters])];
  return {
    orders,
    reservationsOfOrders,
    imports,
    named,
    waiters,
    claims: isFollowedByReservations ? claims : [],
  };
}

/** Whether names or rows are locked, or levels added, before the reservations are known. */
function locksAheadOfReservations({ orders, imports, levels, carts, clientReservations }: Targets): boolean {
  return orders.length + imports.length + levels.length + carts.length + clientReservations.length > 0;
}

async function lockImports(tx: SqlRunner, { imports: ids }: Targets): Promise<readonly OpenImport[]> {
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
  tx: SqlRunner,
  { named, claims }: Pick<LockedFirst, 'named' | 'claims'>,
): Promise<void> {
  if (named.length === 0) return;
  await tx.$executeRaw`
    SELECT
    FROM reservations
    WHERE id = ANY(${named}::uuid[])
    ${andClaimed(claims)}
    ORDER BY id
    FOR NO KEY UPDATE`;
}

async function findWith(
  tx: SqlRunner,
  batch: Batch,
  first: LockedFirst,
  { dueHoldsMax, lockedRows }: HowToFind,
): Promise<Omit<Found, keyof LockedFirst>> {
  await addMissingLevels(tx, batch.targets);
  const { named, claims, reservationsOfOrders, waiters } = first;
  const { due, lookedAt, ...found } = await findDueHoldsAndLevels(LOCKS, tx, batch, {
    named,
    claims,
    parts: partsNamedBy(batch.targets, first),
    reacquired: [...reacquiredBy(batch.targets, reservationsOfOrders), ...waiters],
    dueHoldsMax,
    lockedRows,
  });
  return {
    ...found,
    reservationIds: [...new Set([...named, ...due])],
    sawAllDue: lookedAt < dueHoldsMax,
  };
}

/**
 * A level that is set for the first time needs a row to lock. It is invisible while its version is 0, or
 * negative: then it was deleted at that version, together with its SKU or location.
 */
async function addMissingLevels(tx: SqlRunner, { newLevels }: Targets): Promise<void> {
  if (newLevels.length === 0) return;
  await tx.$executeRaw`
    INSERT INTO stock_levels (sku, location, version, level_seq)
    SELECT DISTINCT sku, location, coalesce(-former.version, 0), coalesce(former.level_seq, 0)
    FROM unnest(${newLevels.map(({ sku }) => sku)}::text[], ${newLevels.map(({ location }) => location)}::text[])
      AS wanted (sku, location)
    LEFT JOIN stock_levels known USING (sku, location)
    LEFT JOIN former_stock_levels former USING (sku, location)
    JOIN skus USING (sku)
    JOIN locations USING (location)
    WHERE known.sku IS NULL
    ORDER BY sku, location
    ON CONFLICT DO NOTHING`;
}
