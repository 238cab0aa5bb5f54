import { sql, type Sql } from './database.ts';

/** The one row of a statement that always has one. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('a statement that has one row returned none');
  return row;
}

/** A part of a list: rows behind the place `after`. Null: from the beginning. */
export interface Page<Place = string> {
  readonly after: Place | null;
  readonly limit: number;
}

/** Rows behind an id, in a list by id with the newest first. */
export const isBehind = (after: string | null): Sql =>
  after === null ? sql`true` : sql`id < ${after}::uuid`;
