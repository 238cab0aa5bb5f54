import { only } from './reading-rows.ts';
import type { Queryable } from './database.ts';

export interface TableSize {
  readonly table: string;
  /** With its indexes and what is stored out of line. */
  readonly bytes: number;
  /** As PostgreSQL estimates them. */
  readonly rows: number;
}

/** The tables of Holdfast and of its queues, the largest first. */
export const readTableSizes = (db: Queryable): Promise<readonly TableSize[]> =>
  db.$queryRaw<TableSize[]>`
    SELECT
      CASE WHEN nspname = 'public' THEN relname ELSE nspname || '.' || relname END AS "table",
      pg_total_relation_size(pg_class.oid)::float8 AS bytes,
      GREATEST(0, reltuples)::float8 AS rows
    FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r'
      AND nspname IN ('public', 'bullmq')
    ORDER BY bytes DESC, "table"`;

/** The version of PostgreSQL, and the newest migration that was applied. */
export async function readDatabaseVersions(
  db: Queryable,
): Promise<{ readonly postgresql: string; readonly schema: string }> {
  const rows = await db.$queryRaw<{ postgresql: string; schema: string }[]>`
    SELECT
      current_setting('server_version') AS postgresql,
      (
        SELECT max(migration_name)
        FROM _prisma_migrations
        WHERE finished_at IS NOT NULL
      ) AS schema`;
  return only(rows);
}
