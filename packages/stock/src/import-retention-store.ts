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
export function purgeImportErrors({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`stock_import_errors`,
      where: sql`${hasOldId(days, after, sql`import_id`)}
        AND NOT EXISTS (SELECT FROM stock_imports WHERE id = stock_import_errors.import_id)`,
      orderBy: sql`import_id`,
    }),
  );
}

/** What deleted imports had recorded for a revert. */
export function purgeImportSettings({ prisma }: Database, days: number): Purge {
  return inChunks(CHUNK, BEFORE_ALL_IDS, (after) =>
    deleteChunk(prisma, {
      table: sql`stock_import_settings`,
      where: sql`${hasOldId(days, after, sql`import_id`)}
        AND NOT EXISTS (SELECT FROM stock_imports WHERE id = stock_import_settings.import_id)`,
      orderBy: sql`import_id`,
    }),
  );
}
