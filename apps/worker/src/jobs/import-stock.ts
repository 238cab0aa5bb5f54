import { setTimeout as pause } from 'node:timers/promises';
import { failImport, makeCatalogue, readNextChunk, stageAbsentLevels, type NextChunk } from '@holdfast/stock';
import { RetryLater, WorkFailed, type JobHandler } from '@holdfast/jobs';
import type { WorkerContext } from '../context.ts';
import { isTemporary } from '../temporary-error.ts';
import { previewImport } from './preview-import.ts';

/** The pause after a chunk, as a part of the time that it took: checkout needs the same locks and disk. */
const PAUSE_SHARE = 0.22;

/**
 * Applies a file of stock chunk after chunk. The transaction that applies a chunk moves the import's row on:
 * a worker that is killed leaves nothing half done, and two at once do each chunk once.
 *
 * A chunk that the ledger cannot take now is tried again with the job; one that it never can fails the
 * import.
 */
export const importStock =
  (context: WorkerContext): JobHandler<'import-stock'> =>
  async ({ import_id: importId }, { stopping }) => {
    const { database, log } = context;
    const started = performance.now();
    let chunks = 0;
    for (;;) {
      const next = await readNextChunk(database.prisma, importId);
      if (!next) break; // it has ended
      if (stopping.aborted) throw new RetryLater(0, 'the worker stops');
      const chunkStarted = performance.now();
      try {
        if (next.dryRun) await previewImport(context, importId, next, stopping);
        else if (next.awaitsAbsent) await stageAbsentLevels(database, importId);
        else await applyChunk(context, importId, next);
      } catch (error) {
        if (isTemporary(error)) throw error;
        if (await fail(context, importId, next.number, error)) throw hasFailed(importId, next);
        return;
      }
      chunks += 1;
      if (next.number < next.chunks) await rest((performance.now() - chunkStarted) * PAUSE_SHARE, stopping);
    }
    if (chunks > 0) {
      log.info('import.done', { import_id: importId, chunks, ms: Math.round(performance.now() - started) });
    }
  };

/** How often a chunk is tried whose SKUs or locations are deleted as soon as they are made. */
const DELETED_MEANWHILE_MAX = 5;

/** @throws {Error} when the ledger does not take it, or it is not there */
async function applyChunk(
  { database, ledger }: WorkerContext,
  importId: string,
  { number: chunk, rows, caller, create, reverts, isAbsent }: NextChunk,
): Promise<void> {
  if (!rows) throw new Error(`chunk ${chunk} of import ${importId} is not there`);
  const mayCreate = reverts === null ? create : 'none';
  for (let tries = 1; tries <= DELETED_MEANWHILE_MAX; tries += 1) {
    const catalogued = isAbsent
      ? { skus: [], locations: [] }
      : await makeCatalogue(database.prisma, { importId, chunk, create: mayCreate }, rows);
    const part = { importId, chunk, rows, create: mayCreate, catalogued, isAbsent, reverts, caller };
    const { outcome } = await ledger.submit({ kind: 'import-stock', ...part });
    if (!outcome.ok) throw new Error(`chunk ${chunk} was refused: ${outcome.refusal.detail}`);
    if (outcome.imported !== 'missing') return;
  }
  throw new RetryLater(1_000, 'SKUs or locations of the file are being deleted');
}

async function fail(
  { database, log }: WorkerContext,
  importId: string,
  chunk: number,
  error: unknown,
): Promise<boolean> {
  const shown = `Part ${chunk} of the file could not be applied; the parts before it are. Why has been logged.`;
  const failed = await database.prisma.$transaction((tx) => failImport(tx, importId, shown));
  // False: another worker has ended it meanwhile, and so this one cannot continue.
  if (failed) log.error('import.failed', { import_id: importId, chunk, error });
  return failed;
}

const hasFailed = (importId: string, { number: chunk, caller }: NextChunk): WorkFailed =>
  new WorkFailed(`import ${importId} of ${caller}: part ${chunk} could not be applied`, {});

async function rest(ms: number, stopping: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: stopping }).catch((error: unknown) => {
    if (!stopping.aborted) throw error;
  });
}
