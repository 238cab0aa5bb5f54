import { sql, type Sql } from '@holdfast/db';

// When a hold ends, as SQL: `isDue` of the domain says the same of a reservation. A hold is due at
// `expires_at`, by the database's clock. The conditions are literal text and name no table, so that the
// planner can use the partial indexes of holds.

/** The time of the statement, which is the same in all of its parts. */
export const STATEMENT_TIME: Sql = sql`statement_timestamp()`;

/** {@link isDue} for statements that read holds only. */
export const isOver = (now: Sql = STATEMENT_TIME): Sql => sql`expires_at <= ${now}`;

/** Of a hold that is not due. */
export const isNotOver = (now: Sql = STATEMENT_TIME): Sql => sql`expires_at > ${now}`;

/** The reservation is a hold whose `expires_at` has passed. */
export const isDue = (now: Sql = STATEMENT_TIME): Sql => sql`status = 'held' AND ${isOver(now)}`;
