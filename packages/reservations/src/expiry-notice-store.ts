import { sql, type Queryable } from '@holdfast/db';
import type { ExpiryNotice } from '@holdfast/domain';
import { STATEMENT_TIME } from './hold-lifetime-store.ts';
import { inMilliseconds } from './reservation-rows-store.ts';

/** Announcements that are due, oldest first. */
export async function readDueNotices(db: Queryable, limit: number): Promise<readonly ExpiryNotice[]> {
  return db.$queryRaw<ExpiryNotice[]>`
    SELECT reservation_id AS "reservationId", ${inMilliseconds(sql`notify_at`)}::float8 AS "notifyAt"
    FROM expiry_notices
    WHERE notify_at <= ${STATEMENT_TIME}
    ORDER BY notify_at
    LIMIT ${limit}::integer`;
}

/** Deletes published announcements, unless the time of their hold has changed meanwhile. */
export async function deleteNotices(db: Queryable, notices: readonly ExpiryNotice[]): Promise<void> {
  await db.$executeRaw`
    DELETE FROM expiry_notices notice
    USING (
      SELECT notice.reservation_id
      FROM expiry_notices notice
      JOIN json_to_recordset(${JSON.stringify(notices)}::json) AS done ("reservationId" uuid, "notifyAt" float8)
        ON notice.reservation_id = done."reservationId"
        AND notice.notify_at = to_timestamp(done."notifyAt" / 1000)
      ORDER BY notice.reservation_id
      FOR UPDATE OF notice
    ) done
    WHERE notice.reservation_id = done.reservation_id`;
}
