import { sql, type Database } from '@holdfast/db';
import { takeNextSync, type NextSync } from './sync-line-store.ts';

/** The gateway may have received it. Attempts that do not count (429, refused connections) did not arrive. */
const IS_HEARD = sql`(earlier.attempts > 0 OR earlier.state IN ('in_flight', 'succeeded'))`;

/**
 * Each sync has the units that one change added or removed, so they add up only if all are sent. But if a
 * reservation has ended and the gateway has received nothing of it, only its end is sent.
 */
export const IS_SUPERSEDED = sql`(
        sync.state = 'pending'
        AND EXISTS (
          SELECT
          FROM warehouse_syncs ending
          WHERE ending.reservation_id = sync.reservation_id
            AND ending.ordinal > sync.ordinal
            AND ending.ends_reservation
            AND NOT EXISTS (
              SELECT
              FROM warehouse_syncs earlier
              WHERE earlier.reservation_id = ending.reservation_id
                AND earlier.ordinal < ending.ordinal
                AND ${IS_HEARD}
            )
        )
      )`;

/**
 * Supersedes all syncs of a reservation before its end, if the gateway has received none of them. All or
 * none, while they are locked: the quantities of those that are sent add up.
 *
 * @returns the next sync of the reservation; null when nothing was ended
 */
export async function supersedeEarlier(
  { prisma }: Database,
  reservationId: string,
): Promise<NextSync | null> {
  return prisma.$transaction(async (tx) => {
    const ended = await tx.$executeRaw`
      WITH earlier AS MATERIALIZED ( -- all of the reservation, as they are once they are locked
        SELECT id, ordinal, state, attempts, ends_reservation
        FROM warehouse_syncs
        WHERE reservation_id = ${reservationId}::uuid
        ORDER BY ordinal
        FOR UPDATE
      ),
      ending AS (
        SELECT max(ordinal) AS ordinal
        FROM earlier AS last
        WHERE ends_reservation
          AND NOT EXISTS (SELECT FROM earlier WHERE earlier.ordinal < last.ordinal AND ${IS_HEARD})
      )
      UPDATE warehouse_syncs sync
      SET
        state = 'superseded',
        next_attempt_at = NULL,
        finished_at = clock_timestamp()
      FROM earlier, ending
      WHERE sync.id = earlier.id
        AND earlier.ordinal < ending.ordinal
        AND earlier.state = 'pending'`;
    return ended > 0 ? takeNextSync(tx, reservationId) : null;
  });
}
