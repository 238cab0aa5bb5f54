import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { followImport } from '../../../../scripts/import/follow-import.ts';
import { sendFile } from '../../../../scripts/import/import-client.ts';
import { showProgress } from '../../../../scripts/progress-bar.ts';
import { LOCATION, skuNames } from '../../api-calls.ts';

/** How a file was imported; times are of `Date.now()`. */
interface Imported {
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
  import(apiUrl: string): Promise<Imported>;
  remove(): void;
}

/** Writes the file beforehand, so that what is measured is not the writing of it. */
export async function prepareStockFile(rows: number): Promise<StockFile> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-bench-import-'));
  const file = join(directory, 'stock.csv');
  await pipeline(Readable.from(partsOf(rows)), createWriteStream(file));
  const bytes = statSync(file).size;
  return {
    remove: () => rmSync(directory, { recursive: true, force: true }),
    async import(apiUrl) {
      const defaults = { apiKey: undefined, idempotencyKey: undefined, create: undefined, absent: undefined };
      const asked = { isDryRun: false, isAgreed: true };
      const options = { file, bytes, contentType: 'text/csv', url: apiUrl, ...defaults, ...asked };
      const begunAt = Date.now();
      const { sent } = await sendFile(options, () => undefined);
      const queuedAt = Date.now();
      const progress = showProgress(`Importing ${rows.toLocaleString('en')} rows`, rows);
      const { state, applied, rejected, error } = await followImport(options, sent, {
        onProgress: (now) => progress(now.applied + now.rejected),
        onAway: () => undefined,
      });
      if (state === 'failed') throw new Error(`the import failed: ${error}`);
      const succeededAt = Date.now();
      return { rows: applied + rejected, rejected, megabytes: bytes / 1e6, begunAt, queuedAt, succeededAt };
    },
  };
}

/** One row in so many is of a SKU that is being reserved: 20,000 of 500,000. */
const TOUCHES_EVERY = 25;
const NEW_LOCATIONS = 4;
/** More of each SKU than the load can sell, and room for more. */
const ON_HAND = 900_000_000;
const LINES_AT_ONCE = 1_000;

/** As an ERP would send it; every row can be applied. */
function* partsOf(rows: number): Generator<string> {
  yield 'sku,location,on_hand,delta,safety_stock,name\n';
  for (let first = 1; first <= rows; first += LINES_AT_ONCE) {
    const length = Math.min(LINES_AT_ONCE, rows - first + 1);
    yield Array.from({ length }, (_, index) => lineOf(first + index)).join('');
  }
}

function lineOf(row: number): string {
  return row % TOUCHES_EVERY === 0 ? lineOfReserved(row / TOUCHES_EVERY - 1) : lineOfNew(row);
}

/** All reserved SKUs in turn: first a count of each, then a receipt, then another count. */
function lineOfReserved(index: number): string {
  const sku = skuNames[index % skuNames.length] ?? '';
  const turn = Math.floor(index / skuNames.length);
  const change = turn % 2 === 0 ? `${ON_HAND + turn},` : `,${turn}`;
  return `${sku},${LOCATION},${change},,\n`;
}

function lineOfNew(row: number): string {
  const number = String(row).padStart(7, '0');
  return `NEW-${number},WH-NEW-${row % NEW_LOCATIONS},${row % 500},,${row % 3},"Imported item, ${number}"\n`;
}
