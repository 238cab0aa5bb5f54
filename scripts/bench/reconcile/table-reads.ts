import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@holdfast/db';

/** What was read of the tables of reservations, by all processes. */
export interface TableReads {
  /** How often one of them was read from its beginning to its end. */
  readonly tableScans: number;
  /** Rows of reservations that were found by an index. */
  readonly reservationRows: number;
}

/** Backends tell their figures when they have been idle for a second. */
const TOLD_AFTER_MS = 1_500;

/** Counts from now on. Ask before and after, and subtract. */
export async function countTableReads({ prisma }: Database): Promise<TableReads> {
  await pause(TOLD_AFTER_MS);
  const [reads] = await prisma.$queryRaw<TableReads[]>`
    SELECT
      sum(seq_scan)::float8 AS "tableScans",
      sum(idx_tup_fetch) FILTER (WHERE relname = 'reservations')::float8 AS "reservationRows"
    FROM pg_stat_user_tables
    WHERE relname IN ('reservations', 'reservation_lines', 'line_allocations')`;
  if (!reads) throw new Error('PostgreSQL counts no reads');
  return reads;
}
