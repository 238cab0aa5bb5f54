import { sql, type Sql } from '@holdfast/db';

/** The filters of a list: a movement must fit all that are given. */
export interface MovementFilter {
  readonly sku: string | null;
  readonly location: string | null;
  readonly reservationId: string | null;
  readonly orderId: string | null;
  readonly importId: string | null;
  readonly kind: string | null;
  /** Epoch milliseconds, exclusive, as is `before`. */
  readonly after: number | null;
  readonly before: number | null;
}

export const ALL_MOVEMENTS: MovementFilter = {
  sku: null,
  location: null,
  reservationId: null,
  orderId: null,
  importId: null,
  kind: null,
  after: null,
  before: null,
};

/** A condition for the filter, except for ids of reservations and orders. */
export function movementFilterRest({ sku, location, kind, importId, after, before }: MovementFilter): Sql {
  const conditions = [
    sku !== null && sql`sku = ${sku}`,
    location !== null && sql`location = ${location}`,
    kind !== null && sql`kind = ${kind}`,
    importId !== null && isOfImport(importId),
    after !== null && sql`at > ${timestamp(after)}`,
    before !== null && sql`at < ${timestamp(before)}`,
  ].filter((each) => each !== false);
  return conditions.reduce((all, each) => sql`${all} AND ${each}`, sql`true`);
}

/** Earlier versions named the import in the reason only. */
export const isOfImport = (importId: string): Sql =>
  sql`(import_id = ${importId}::uuid OR (import_id IS NULL AND reason = ${`import ${importId}`}))`;

const timestamp = (milliseconds: number): Sql => sql`${new Date(milliseconds).toISOString()}::timestamptz`;
