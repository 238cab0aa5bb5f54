import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { readStatus, sendFile } from '../../import/client.ts';
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

const POLL_EVERY_MS = 250;

/** Writes the file beforehand, so that what is measured is not the writing of it. */
export async function prepareStockFile(rows: number): Promise<StockFile> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-import-'));
  const file = join(directory, 'stock.csv');
  const bytes = await writeStockFile(file, rows);
  return {
    remove: () => rmSync(directory, { recursive: true, force: true }),
    async load(apiUrl) {
      const options = { file, bytes, contentType: 'text/csv', url: new URL(apiUrl), key: undefined };
      const begunAt = Date.now();
      const sent = await sendFile(options, () => undefined);
      const queuedAt = Date.now();
      const progress = showProgress(`Importing ${rows.toLocaleString('en')} rows`, rows);
      for (;;) {
        const { state, applied, rejected, error } = await readStatus(options, sent.status_url);
        progress(applied + rejected);
        if (state === 'failed') throw new Error(`the import failed: ${error}`);
        if (state === 'succeeded') {
          const succeededAt = Date.now();
          return {
            rows: applied + rejected,
            rejected,
            megabytes: bytes / 1e6,
            begunAt,
            queuedAt,
            succeededAt,
          };
        }
        await pause(POLL_EVERY_MS);
      }
    },
  };
}
