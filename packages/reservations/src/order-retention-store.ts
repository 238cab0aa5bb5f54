import {
  BEFORE_ALL_IDS,
  CHUNK,
  daysAgo,
  deleteChunk,
  hasOldId,
  inChunks,
  only,
  sql,
  type Chunk,
  type Database,
  type Purge,
} from '@holdfast/db';

/**
 * Orders about which no event has come for `days`. After that a cancel of the order has no effect any more: a
 * later create succeeds. Reservations and their fulfilments stay.
 */
export function purgeOrders({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, '-infinity', (after) =>
    deleteChunk(prisma, {
      table: sql`orders`,
      where: sql`created_at >= ${after}::timestamptz
        AND created_at < ${daysAgo(days)}
        AND updated_at < ${daysAgo(days)}`,
      orderBy: sql`created_at`,
    }),
  );
}

/**
 * Ids of parts (fulfillments, returns and so on) whose reservation ended more than `days` ago. Those of open
 * reservations stay; each transaction reads a bounded number, and the rest of a reservation at the end of a
 * chunk waits for the next run.
 */
export function purgeParts({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, async (after) =>
    only(
      await prisma.$queryRaw<Chunk[]>`
        WITH oldest AS MATERIALIZED (
          SELECT reservation_id, kind, part_id
          FROM reservation_parts
          WHERE ${hasOldId(days, after, sql`reservation_id`)}
            AND reservation_id > ${after}::uuid
          ORDER BY reservation_id, kind, part_id
          LIMIT ${CHUNK}::integer
        ),
        gone AS (
          DELETE FROM reservation_parts
          USING oldest
          WHERE reservation_parts.reservation_id = oldest.reservation_id
            AND reservation_parts.kind = oldest.kind
            AND reservation_parts.part_id = oldest.part_id
            AND reservation_parts.created_at < ${daysAgo(days)}
            AND NOT EXISTS (
              SELECT
              FROM reservations
              WHERE id = oldest.reservation_id
                AND (status IN ('waiting', 'held', 'confirmed') OR updated_at >= ${daysAgo(days)})
            )
          RETURNING 1
        )
        SELECT
          (SELECT count(*)::integer FROM gone) AS count,
          (SELECT count(*)::integer FROM oldest) AS read,
          (SELECT reservation_id::text FROM oldest ORDER BY reservation_id DESC LIMIT 1) AS last`,
    ),
  );
}
