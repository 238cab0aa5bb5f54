import { isBehind, isoTime, only, sql, type Page, type Queryable, type Sql } from '@holdfast/db';
import type { StockLevelView } from '@holdfast/domain';
import { AVAILABLE, BACKORDERED } from './available-stock-store.ts';
import { isAfterLevel, type LevelPlace } from './level-chunk-store.ts';

/** The totals of all levels at one instant, as the contract shows them. */
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

// Sums of counters are bigint. A double can hold the sum of a million levels of 1,000,000,000.
const SHOWN: Sql = sql`id, ${isoTime(sql`taken_at`)} AS taken_at, caller, total_stock_levels,
  on_hand::float8 AS on_hand, reserved::float8 AS reserved, allocated::float8 AS allocated,
  shortfall::float8 AS shortfall`;

/**
 * Records all levels and their totals in one statement, so at one instant; no command waits for it. A million
 * levels take some seconds: raise the time limit of the transaction.
 */
export async function takeSnapshot(
  db: Queryable,
  { id, caller }: { readonly id: string; readonly caller: string },
): Promise<InventorySnapshot> {
  const snapshots = await db.$queryRaw<InventorySnapshot[]>`
    WITH levels AS (
      INSERT INTO inventory_snapshot_levels (
        snapshot_id, sku, location, on_hand, reserved, allocated, safety_stock, backorder_limit, shortfall, version
      )
      SELECT
        ${id}::uuid, sku, location, on_hand, reserved, allocated, safety_stock, backorder_limit, shortfall, version
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
  return only(snapshots);
}

/** Snapshots, newest first. */
export async function readSnapshots(
  db: Queryable,
  { after, limit }: Page,
): Promise<readonly InventorySnapshot[]> {
  return db.$queryRaw<InventorySnapshot[]>`
    SELECT ${SHOWN}
    FROM inventory_snapshots
    WHERE ${isBehind(after)}
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

/** Levels of a snapshot, by SKU and location. */
export async function readSnapshotLevels(
  db: Queryable,
  id: string,
  { after, limit }: Page<LevelPlace>,
): Promise<readonly Omit<StockLevelView, 'updated_at'>[]> {
  return db.$queryRaw<Omit<StockLevelView, 'updated_at'>[]>`
    SELECT
      sku, location, on_hand, reserved, allocated, safety_stock, backorder_limit,
      ${BACKORDERED} AS backordered,
      shortfall,
      ${AVAILABLE} AS available,
      version::float8 AS version
    FROM inventory_snapshot_levels
    WHERE snapshot_id = ${id}::uuid
      AND ${after === null ? sql`true` : isAfterLevel(after)}
    ORDER BY sku, location
    LIMIT ${limit}::integer`;
}
