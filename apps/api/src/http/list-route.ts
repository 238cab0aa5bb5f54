import type { z } from 'zod';
import type { ReadSource } from '../read-source.ts';
import { writeCursor } from './fields-schema.ts';
import { defineRoute, type Route } from './route.ts';

interface ListRoute<Query, Row> extends Pick<
  Route,
  'path' | 'tag' | 'scope' | 'summary' | 'description' | 'readFrom'
> {
  readonly query: z.ZodType<Query>;
  readonly answer: Route['answers'][number];
  readonly read: (query: Query, from: ReadSource) => Promise<readonly Row[]>;
  /** The place of a row, as the query's cursor has it. */
  readonly placeOf: (last: Row, query: Query) => unknown;
}

/** A GET that answers with a list, page by page. `read` is asked for one row more than a page has. */
export function defineList<Query extends { readonly limit: number }, Row>({
  answer,
  read,
  placeOf,
  ...route
}: ListRoute<Query, Row>): Route {
  return defineRoute({
    ...route,
    method: 'get',
    answers: { 200: answer },
    refusals: [],
    async handle({ query, from }) {
      const rows = await read({ ...query, limit: query.limit + 1 }, from);
      return { status: 200, body: pageOf(rows, query.limit, (last) => placeOf(last, query)) };
    },
  });
}

/** @param rows up to `limit + 1`: one row more than a page shows that there is another page */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  placeOf: (last: Row) => unknown,
): { readonly data: Row[]; readonly next_cursor: string | null } {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next_cursor: rows.length > limit && last ? writeCursor(placeOf(last)) : null };
}
