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
 * What events have said of orders, where nothing was said for `days`. After that a cancel is not remembered
 * any more. Reservations, and what was shipped of them, stay.
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
 * Names of fulfillments whose reservation ended more than `days` ago. Nothing of it can be shipped once more,
 * so each name still counts once. Those of open reservations stay; each transaction reads a bounded number,
 * and the rest of a reservation at the end of a chunk waits for the next run.
 */
export function purgeFulfillments({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, async (after) =>
    only(
      await prisma.$queryRaw<Chunk[]>`
        WITH oldest AS MATERIALIZED (
          SELECT reservation_id, fulfillment_id
          FROM reservation_fulfillments
          WHERE ${hasOldId(days, after, sql`reservation_id`)}
            AND reservation_id > ${after}::uuid
          ORDER BY reservation_id, fulfillment_id
          LIMIT ${CHUNK}::integer
        ),
        gone AS (
          DELETE FROM reservation_fulfillments
          USING oldest
          WHERE reservation_fulfillments.reservation_id = oldest.reservation_id
            AND reservation_fulfillments.fulfillment_id = oldest.fulfillment_id
            AND reservation_fulfillments.created_at < ${daysAgo(days)}
            AND NOT EXISTS (
              SELECT
              FROM reservations
              WHERE id = oldest.reservation_id
                AND (status IN ('held', 'confirmed') OR updated_at >= ${daysAgo(days)})
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
