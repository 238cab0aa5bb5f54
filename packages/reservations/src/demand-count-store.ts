import {
  daysAgo,
  deleteChunk,
  CHUNK,
  inChunks,
  sql,
  type Database,
  type Purge,
  type Queryable,
} from '@holdfast/db';

/** The demand for a SKU in one second that was not met. */
export interface DemandCount {
  readonly sku: string;
  /** Since the epoch, by the database's clock. */
  readonly second: number;
  /** The code of the refusal. */
  readonly kind: string;
  calls: number;
  units: number;
}

/** Adds to what other processes have counted. In one order, so that two of them do not deadlock. */
export async function addDemandCounts(db: Queryable, counts: readonly DemandCount[]): Promise<void> {
  await db.$executeRaw`
    INSERT INTO demand_counts (sku, at, kind, calls, units)
    SELECT sku, to_timestamp(second), kind, calls, units
    FROM json_to_recordset(${JSON.stringify(counts)}::json)
      AS counted (sku text, second bigint, kind text, calls integer, units bigint)
    ORDER BY sku, second, kind
    ON CONFLICT (sku, at, kind) DO UPDATE
    SET
      calls = demand_counts.calls + excluded.calls,
      units = demand_counts.units + excluded.units`;
}

export function purgeDemandCounts({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, '-infinity', (after) =>
    deleteChunk(prisma, {
      table: sql`demand_counts`,
      where: sql`at >= ${after}::timestamptz AND at < ${daysAgo(days)}`,
      orderBy: sql`at`,
    }),
  );
}
