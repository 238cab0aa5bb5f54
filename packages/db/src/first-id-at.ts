import { sql, type Sql } from './database.ts';

/**
 * The smallest UUIDv7 of the millisecond of a time: ids begin with the time of their making. There are none
 * from before 1970.
 */
export const firstIdAt = (time: Sql): Sql =>
  sql`rpad(lpad(to_hex(greatest(0, extract(epoch FROM ${time}) * 1000)::bigint), 12, '0'), 32, '0')::uuid`;
