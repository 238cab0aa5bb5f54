import { idsFrom, type Queryable } from '@holdfast/db';

/** Events whose id is `text` or begins with it, oldest first. */
export async function searchEvents(
  db: Queryable,
  text: string,
  limit: number,
): Promise<readonly { readonly id: string; readonly label: string }[]> {
  const ids = idsFrom(text);
  if (!ids) return [];
  return db.$queryRaw<{ id: string; label: string }[]>`
    SELECT id, type || coalesce(', reservation ' || reservation_id, '') AS label
    FROM events
    WHERE id BETWEEN ${ids.first}::uuid AND ${ids.last}::uuid
    ORDER BY id
    LIMIT ${limit}::integer`;
}
