import { searchIds, sql, type Found, type Queryable } from '@holdfast/db';

/** Events whose id is `text` or begins with it, oldest first. */
export const searchEvents = (db: Queryable, text: string, limit: number): Promise<readonly Found[]> =>
  searchIds(db, text, {
    table: sql`events`,
    label: sql`type || coalesce(', reservation ' || reservation_id, '')`,
    limit,
  });
