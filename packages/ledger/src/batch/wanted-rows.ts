import type { SqlRunner } from '@holdfast/db';
import type { Targets } from '@holdfast/domain';
import { findDueHoldsAndLevels, NO_LOCKS, type DueHoldsToFind } from './due-holds-and-levels.ts';
import { batchOf, reacquiredBy, targetsOf, type Entry } from './entry.ts';
import { IS_WATCHED } from './low-stock.ts';
import { namesOf } from './name-locks.ts';
import { readHoldsOfCarts } from './carts.ts';
import { readReservationsOfOrders } from './orders.ts';
import { readNextInLine } from './waiting-line.ts';
import { nameOfRow, type Row } from './locked-rows.ts';

/** All rows that a batch of these entries may lock, read without a lock. */
export async function rowsWantedBy(
  db: SqlRunner,
  entries: readonly Entry[],
  dueHolds: DueHoldsToFind,
): Promise<readonly Row[]> {
  const batch = batchOf(entries);
  const { targets } = batch;
  const orderIds = [...new Set(targets.orders)];
  const ofOrders = orderIds.length > 0 ? await readReservationsOfOrders(db, orderIds) : [];
  const ofCarts = await readHoldsOfCarts(db, targets.carts);
  const waiters = await readNextInLine(db, targets.waiters);
  const named = [
    ...new Set([...targets.reservations, ...ofOrders.map(({ id }) => id), ...ofCarts, ...waiters]),
  ];
  const { levels } = await findDueHoldsAndLevels(NO_LOCKS, db, batch, {
    named,
    claims: [],
    parts: [],
    reacquired: [...reacquiredBy(targets, ofOrders), ...waiters],
    ...dueHolds,
  });
  return [
    ...namesOf(targets),
    ...orderIds.map(rowOf('orders')),
    ...targets.imports.map(rowOf('stock_imports')),
    ...named.map(rowOf('reservations')),
    ...levels.map(({ sku, location }) => ({ table: 'stock_levels', key: [sku, location] }) as const),
    ...(await readJudgedSkus(db, targets, levels)).map(rowOf('skus')),
  ];
}

const rowOf =
  (table: Row['table']) =>
  (key: string): Row => ({ table, key: [key] });

/** SKUs that are checked when their stock changes (low-stock.ts), and those that get a level. */
async function readJudgedSkus(
  db: SqlRunner,
  { levels: named, reviewedSkus }: Targets,
  levels: readonly { readonly sku: string; readonly levelSeq: number }[],
): Promise<string[]> {
  const known = new Set(levels.filter(({ levelSeq }) => levelSeq > 0).map(({ sku }) => sku));
  const stocked = named.map(({ sku }) => sku);
  const judged = [...reviewedSkus, ...stocked.filter((sku) => !known.has(sku))];
  const watched = await db.$queryRaw<{ sku: string }[]>`
    SELECT sku
    FROM skus
    WHERE sku = ANY(${[...known]}::text[])
      AND ${IS_WATCHED}`;
  return [...new Set([...judged, ...watched.map(({ sku }) => sku)])];
}

/**
 * The entries that need rows which other transactions keep locked, with those rows. A later entry about the
 * same reservation, order or import counts as needing them too, so that the order is kept.
 */
export async function findBlocked<Some extends Entry>(
  db: SqlRunner,
  entries: readonly Some[],
  lockedRows: readonly Row[],
): Promise<ReadonlyMap<Some, readonly string[]>> {
  const parts = await readParts(db, targetsOf(entries));
  const blocked = new Map<Some, readonly string[]>();
  const rowsOfName = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const needs = needsOf(entry, parts);
    const names = entry.subjects;
    const rows = new Set(names.flatMap((name) => rowsOfName.get(name) ?? []));
    for (const row of lockedRows) if (isNeeded(row, needs)) rows.add(nameOfRow(row));
    if (rows.size === 0) continue;
    blocked.set(entry, [...rows]);
    for (const name of names) rowsOfName.set(name, [...rows]);
  }
  return blocked;
}

/** A part of a reservation, or a line without a location. */
interface Part {
  readonly reservationId: string;
  readonly orderId: string | null;
  /** Of a hold that a command may mean by its cart. */
  readonly cartId: string | null;
  readonly sku: string;
  readonly location: string | null;
}

/**
 * The parts of the reservations that commands name: by the reservation's name, its order's and its cart's.
 */
async function readParts(
  db: SqlRunner,
  { reservations: ids, orders: orderIds, carts }: Targets,
): Promise<ReadonlyMap<string, readonly Part[]>> {
  const partsOf = new Map<string, Part[]>();
  const ofCarts = await readHoldsOfCarts(db, carts);
  if (ids.length + orderIds.length + ofCarts.length === 0) return partsOf;
  const parts = await db.$queryRaw<Part[]>`
    SELECT
      line.reservation_id AS "reservationId",
      named.order_id AS "orderId",
      named.cart_id AS "cartId",
      line.sku,
      a.location
    FROM (
      SELECT id, order_id, cart_id FROM reservations WHERE id = ANY(${[...ids, ...ofCarts]}::uuid[])
      UNION
      SELECT id, order_id, cart_id FROM reservations WHERE order_id = ANY(${orderIds}::text[])
    ) named
    JOIN reservation_lines line ON line.reservation_id = named.id
    LEFT JOIN line_allocations a USING (reservation_id, line_no)`;
  for (const part of parts) {
    for (const name of [
      `reservation ${part.reservationId}`,
      `order ${part.orderId}`,
      `cart ${part.cartId}`,
    ]) {
      const known = partsOf.get(name);
      if (known) known.push(part);
      else partsOf.set(name, [part]);
    }
  }
  return partsOf;
}

interface Needs {
  /** Rows by name. */
  readonly rows: ReadonlySet<string>;
  /** SKUs of which some level is changed. */
  readonly skus: ReadonlySet<string>;
  /** SKUs of which every level may be changed. */
  readonly everyLevelOf: ReadonlySet<string>;
}

function needsOf({ targets, subjects }: Entry, partsOf: ReadonlyMap<string, readonly Part[]>): Needs {
  const { orders, imports, reviewedSkus } = targets;
  const own = subjects.flatMap((name) => partsOf.get(name) ?? []);
  const ofOrders = orders.flatMap((orderId) =>
    (partsOf.get(`order ${orderId}`) ?? []).map((part) => ({ id: part.reservationId, orderId })),
  );
  const reacquired = new Set(reacquiredBy(targets, ofOrders));
  const sourcedAgain = own.filter(({ reservationId }) => reacquired.has(reservationId)).map(({ sku }) => sku);
  const sourced = targets.sourced.map(({ sku }) => sku);
  const levels = [...targets.levels, ...own];
  const ids = new Set([...targets.reservations, ...own.map(({ reservationId }) => reservationId)]);
  return {
    rows: new Set([
      ...namesOf(targets).map(nameOfRow),
      ...orders.map((id) => nameOfRow(rowOf('orders')(id))),
      ...imports.map((id) => nameOfRow(rowOf('stock_imports')(id))),
      ...[...ids].map((id) => nameOfRow(rowOf('reservations')(id))),
      ...levels.map(({ sku, location }) => nameOfRow({ table: 'stock_levels', key: [sku, location ?? ''] })),
    ]),
    skus: new Set([...levels.map(({ sku }) => sku), ...sourced, ...reviewedSkus]),
    everyLevelOf: new Set([...sourced, ...sourcedAgain, ...reviewedSkus]),
  };
}

function isNeeded(row: Row, { rows, skus, everyLevelOf }: Needs): boolean {
  const [first = ''] = row.key;
  if (row.table === 'skus') return skus.has(first);
  return rows.has(nameOfRow(row)) || (row.table === 'stock_levels' && everyLevelOf.has(first));
}
