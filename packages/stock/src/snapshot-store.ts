import { AVAILABLE } from './available-stock-store.ts';
import { sql, type Queryable, type Sql, isoTime } from '@holdfast/db';
import type { LevelPlace } from './level-place.ts';

/** A picture of all levels at one instant, in figures, as the contract shows it. */
export interface InventorySnapshot {
  readonly id: string;
  /** ISO 8601, the database's clock. */
  readonly taken_at: string;
  readonly caller: string;
  readonly total_stock_levels: number;
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly shortfall: number;
}

/** A level as it was at that instant. */
export interface SnapshotLevel {
  readonly sku: string;
  readonly location: string;
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
  readonly safety_stock: number;
  readonly shortfall: number;
  readonly available: number;
  readonly version: number;
}

// Sums of counters are bigint, which may exceed what JSON numbers can represent; the sum of a million levels
// of 1,000,000,000 does not.
const SHOWN: Sql = sql`id, ${isoTime(sql`taken_at`)} AS taken_at, caller, total_stock_levels,
  on_hand::float8 AS on_hand, reserved::float8 AS reserved, allocated::float8 AS allocated,
  shortfall::float8 AS shortfall`;

/**
 * Records all levels and their totals. One statement, so all of it is as it was at one instant, whatever is
 * being reserved meanwhile; no command waits for it. A million levels take some seconds: raise the time limit
 * of the transaction.
 */
export async function takeSnapshot(
  db: Queryable,
  { id, caller }: { readonly id: string; readonly caller: string },
): Promise<InventorySnapshot> {
  const [snapshot] = await db.$queryRaw<InventorySnapshot[]>`
    WITH levels AS (
      INSERT INTO inventory_snapshot_levels (
        snapshot_id, sku, location, on_hand, reserved, allocated, safety_stock, shortfall, version
      )
      SELECT ${id}::uuid, sku, location, on_hand, reserved, allocated, safety_stock, shortfall, version
      FROM stock_levels
      WHERE version > 0 -- a row that was never set is there to be locked, and is no level
      RETURNING on_hand, reserved, allocated, shortfall
    )
    INSERT INTO inventory_snapshots (
      id, taken_at, caller, total_stock_levels, on_hand, reserved, allocated, shortfall
    )
    SELECT
      ${id}::uuid,
      statement_timestamp(),
      ${caller},
      count(*),
      coalesce(sum(on_hand), 0),
      coalesce(sum(reserved), 0),
      coalesce(sum(allocated), 0),
      coalesce(sum(shortfall), 0)
    FROM levels
    RETURNING ${SHOWN}`;
  if (!snapshot) throw new Error('a snapshot was taken of nothing');
  return snapshot;
}

/** Snapshots, newest first. @param afterId read on behind this one */
export async function readSnapshots(
  db: Queryable,
  { afterId, limit }: { readonly afterId: string | null; readonly limit: number },
): Promise<readonly InventorySnapshot[]> {
  const behind = afterId === null ? sql`true` : sql`id < ${afterId}::uuid`;
  return db.$queryRaw<InventorySnapshot[]>`
    SELECT ${SHOWN}
    FROM inventory_snapshots
    WHERE ${behind}
    ORDER BY id DESC
    LIMIT ${limit}::integer`;
}

export async function readSnapshot(db: Queryable, id: string): Promise<InventorySnapshot | null> {
  const [snapshot] = await db.$queryRaw<InventorySnapshot[]>`
    SELECT ${SHOWN}
    FROM inventory_snapshots
    WHERE id = ${id}::uuid`;
  return snapshot ?? null;
}

/** Levels of a snapshot, by SKU and location. @param after read on behind this one */
export async function readSnapshotLevels(
  db: Queryable,
  id: string,
  { after, limit }: { readonly after: LevelPlace | null; readonly limit: number },
): Promise<readonly SnapshotLevel[]> {
  const behind = after === null ? sql`true` : sql`(sku, location) > (${after.sku}, ${after.location})`;
  return db.$queryRaw<SnapshotLevel[]>`
    SELECT
      sku, location, on_hand, reserved, allocated, safety_stock, shortfall,
      ${AVAILABLE} AS available,
      version::float8 AS version
    FROM inventory_snapshot_levels
    WHERE snapshot_id = ${id}::uuid
      AND ${behind}
    ORDER BY sku, location
    LIMIT ${limit}::integer`;
}
