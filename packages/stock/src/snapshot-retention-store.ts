import {
  BEFORE_ALL_IDS,
  CHUNK,
  daysAgo,
  deleteChunk,
  hasOldId,
  inChunks,
  sql,
  type Database,
  type Purge,
} from '@holdfast/db';

/** Snapshots that were taken more than `days` ago. {@link purgeSnapshotLevels} deletes their levels. */
export function purgeSnapshots({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`inventory_snapshots`,
      where: sql`${hasOldId(days, after)} AND taken_at < ${daysAgo(days)}`,
      orderBy: sql`id`,
    }),
  );
}

/** Levels of deleted snapshots, one snapshot after the other: one may have a million. */
export async function* purgeSnapshotLevels({ prisma }: Database, days: number): Purge {
  let after = BEFORE_ALL_IDS;
  for (;;) {
    const [next] = await prisma.$queryRaw<{ id: string }[]>`
      SELECT snapshot_id AS id
      FROM inventory_snapshot_levels
      WHERE ${hasOldId(days, after, sql`snapshot_id`)}
        AND NOT EXISTS (SELECT FROM inventory_snapshots WHERE id = snapshot_id)
      ORDER BY snapshot_id
      LIMIT 1`;
    if (!next) return;
    yield* inChunks(CHUNK, '', (sku) =>
      deleteChunk(prisma, {
        table: sql`inventory_snapshot_levels`,
        where: sql`snapshot_id = ${next.id}::uuid AND sku >= ${sku}`,
        orderBy: sql`sku`,
      }),
    );
    if (next.id === after) return; // another worker has its last levels
    after = next.id;
  }
}
