import { writeCursor } from './fields-schema.ts';

interface ListPage<Row> {
  readonly data: Row[];
  readonly next_cursor: string | null;
}

/** Reads a page of a list, and one row more, which shows that there is another page. */
export async function readPage<Row>(
  limit: number,
  read: (rowsMax: number) => Promise<readonly Row[]>,
  placeOf: (last: Row) => unknown,
): Promise<ListPage<Row>> {
  return pageOf(await read(limit + 1), limit, placeOf);
}

/** @param rows up to `limit + 1` */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (last: Row) => unknown,
): ListPage<Row> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next_cursor: rows.length > limit && last ? writeCursor(placeOf(last)) : null };
}
