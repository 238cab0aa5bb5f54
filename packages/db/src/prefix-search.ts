import { sql, type Queryable, type Sql } from './database.ts';

/** The last character of all: in UTF-8 no text that goes on after a prefix is behind the prefix with this. */
const LAST = '\u{10ffff}';

/** Whether a text begins with `prefix`. Uses an index with `text_pattern_ops`. */
export const beginsWith = (text: Sql, prefix: string): Sql =>
  sql`${text} ~>=~ ${prefix} AND ${text} ~<=~ ${prefix + LAST}`;

const NIL = '00000000-0000-0000-0000-000000000000';
/** Fewer hexadecimal digits may be a name as well. */
const PREFIX_MIN_CHARS = 8;

/** The ids that begin with `prefix`, from the first to the last. Null: no id can. */
export function idsFrom(prefix: string): { readonly first: string; readonly last: string } | null {
  const text = prefix.toLowerCase();
  const rest = NIL.slice(text.length);
  if (text.length < PREFIX_MIN_CHARS || text.replaceAll(/[\da-f]/g, '0') + rest !== NIL) return null;
  return { first: text + rest, last: text + rest.replaceAll('0', 'f') };
}

/** What a search for a text finds. `label` is for people. */
export interface Found {
  readonly id: string;
  readonly label: string;
}

/** Rows of a table whose id is `text` or begins with it, oldest first. */
export async function searchIds(
  db: Queryable,
  text: string,
  { table, label, limit }: { readonly table: Sql; readonly label: Sql; readonly limit: number },
): Promise<readonly Found[]> {
  const ids = idsFrom(text);
  if (!ids) return [];
  return db.$queryRaw<Found[]>`
    SELECT id, ${label} AS label
    FROM ${table}
    WHERE id BETWEEN ${ids.first}::uuid AND ${ids.last}::uuid
    ORDER BY id
    LIMIT ${limit}::integer`;
}
