import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendFile } from '../../import/client.ts';
import { followImport } from '../../import/follow-import.ts';
import { showProgress } from '../../progress-bar.ts';
import { writeStockFile } from './stock-file.ts';

/** How a file was loaded; times are of `Date.now()`. */
export interface Loaded {
  readonly rows: number;
  readonly rejected: number;
  readonly megabytes: number;
  readonly begunAt: number;
  /** When all had come and was queued. */
  readonly queuedAt: number;
  readonly succeededAt: number;
}

export interface StockFile {
  /** Sends it as `npm run import` does, and waits for its end. @throws {Error} when the import fails */
  load(apiUrl: string): Promise<Loaded>;
  remove(): void;
}

/** Writes the file beforehand, so that what is measured is not the writing of it. */
export async function prepareStockFile(rows: number): Promise<StockFile> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-import-'));
  const file = join(directory, 'stock.csv');
  const bytes = await writeStockFile(file, rows);
  return {
    remove: () => rmSync(directory, { recursive: true, force: true }),
    async load(apiUrl) {
      const keys = { apiKey: undefined, idempotencyKey: undefined };
      const options = { file, bytes, contentType: 'text/csv', url: apiUrl, ...keys };
      const begunAt = Date.now();
      const { sent } = await sendFile(options, () => undefined);
      const queuedAt = Date.now();
      const progress = showProgress(`Importing ${rows.toLocaleString('en')} rows`, rows);
      const { state, applied, rejected, error } = await followImport(options, sent, {
        onProgress: (now) => progress(now.applied + now.rejected),
        onAway: () => undefined,
      });
      if (state === 'failed') throw new Error(`the import failed: ${error}`);
      return {
        rows: applied + rejected,
        rejected,
        megabytes: bytes / 1e6,
        begunAt,
        queuedAt,
        succeededAt: Date.now(),
      };
    },
  };
}
