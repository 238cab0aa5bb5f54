import {
  BEFORE_ALL_IDS,
  CHUNK,
  daysAgo,
  deleteChunk,
  hasOldId,
  inChunks,
  sql,
  type Database,
  type Purge,
  type Queryable,
  type Sql,
} from '@holdfast/db';

/** Staged chunks are large: each holds hundreds of rows of a file. */
const IMPORT_CHUNKS_CHUNK = 100;

/** Far longer than a file may take to arrive. A chunk without an open import by then never gets one. */
const STAGED_MAX: Sql = sql`interval '24 hours'`;

/** Staged rows of interrupted uploads, and of imports that have ended without applying them. */
export function purgeImportChunks({ prisma }: Database): Purge {
  return inChunks(IMPORT_CHUNKS_CHUNK, '', () =>
    deleteChunk(prisma, {
      table: sql`stock_import_chunks`,
      where: sql`staged_at < statement_timestamp() - ${STAGED_MAX}
        AND NOT EXISTS (
          SELECT
          FROM stock_imports
          WHERE id = stock_import_chunks.import_id
            AND state IN ('queued', 'running')
        )`,
      size: IMPORT_CHUNKS_CHUNK,
    }),
  );
}

/** Imports that ended more than `days` ago. {@link purgeImportErrors} deletes their errors. */
export function purgeImports({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`stock_imports`,
      where: sql`${hasOldId(days, after)} AND finished_at < ${daysAgo(days)}`,
      orderBy: sql`id`,
    }),
  );
}

/** Errors of deleted imports. */
export const purgeImportErrors = ({ prisma }: Database, days: number): Purge =>
  purgeOfDeletedImports(prisma, sql`stock_import_errors`, days);

/** What deleted imports had recorded for a revert. */
export const purgeImportSettings = ({ prisma }: Database, days: number): Purge =>
  purgeOfDeletedImports(prisma, sql`stock_import_settings`, days);

/** Imports have ids by time, so those of the last `days` are not looked up. */
function purgeOfDeletedImports(db: Queryable, table: Sql, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(db, {
      table,
      where: sql`${hasOldId(days, after, sql`import_id`)}
        AND NOT EXISTS (SELECT FROM stock_imports WHERE id = import_id)`,
      orderBy: sql`import_id`,
    }),
  );
}
