import { createHash, type Hash } from 'node:crypto';
import { classifyDatabaseError, type Database } from '@holdfast/db';
import { CHUNK_ROWS, dropChunks, stageChunk, type StagedRow } from '@holdfast/stock';
import { LedgerUnavailable } from '@holdfast/ledger';
import { Problem } from '../../http/problem.ts';
import type { Upload } from '../../http/upload.ts';
import type { RowReader } from './import-row.ts';
import { NamedLevels } from './named-levels.ts';
import { CsvReader } from './read-csv.ts';
import { readLines } from './read-lines.ts';
import { NdjsonReader } from './read-ndjson.ts';

export const IMPORT_ROWS_MAX = 500_000;

/** A file that has come whole, and waits in chunks. */
export interface Staged {
  readonly rows: number;
  readonly chunks: number;
  /** Rows about a level that a row before them names. */
  readonly duplicates: number;
  /** Of all bytes, unpacked. */
  readonly sha256: string;
}

/**
 * Reads a file to its end and stores it in chunks with this id. The import itself is created later. Memory
 * holds one chunk. Rows that cannot be read are kept as such. After an error nothing is left.
 *
 * @throws {Problem} `validation_failed` or `payload_too_large`
 * @throws {CallerGone} the file broke off
 * @throws {LedgerUnavailable} the database went away; nothing was done
 */
export async function stageImport(
  { prisma }: Database,
  importId: string,
  upload: Upload,
  {
    dryRun = false,
    rowsMax = IMPORT_ROWS_MAX,
  }: { readonly dryRun?: boolean; readonly rowsMax?: number } = {},
): Promise<Staged> {
  const hash = createHash('sha256');
  const reader = readerOf(upload.contentType);
  const named = new NamedLevels();
  let [rows, chunks] = [0, 0];
  let chunk: StagedRow[] = [];
  const stage = async () => {
    chunks += 1;
    await stageChunk(prisma, importId, dryRun ? -chunks : chunks, chunk);
    chunk = [];
  };
  const take = async (read: Iterable<StagedRow>) => {
    for (const row of read) {
      rows = row.row;
      if (rows > rowsMax) throw tooManyRows(rowsMax);
      if ('sku' in row) named.add(row.sku, row.location);
      chunk.push(row);
      if (chunk.length === CHUNK_ROWS) await stage();
    }
  };
  try {
    for await (const lines of readLines(hashed(upload.bytes, hash))) await take(reader.read(lines));
    await take(reader.end());
    if (chunk.length > 0) await stage();
  } catch (error) {
    if (chunks > 0) await dropChunks(prisma, importId).catch(() => undefined); // then retention takes them
    // Whatever became of the statement that was under way: without an import nothing was done.
    throw classifyDatabaseError(error) === 'connection'
      ? new LedgerUnavailable('staging broke off', { cause: error })
      : error;
  }
  return { rows, chunks, duplicates: named.repeated, sha256: hash.digest('base64url') };
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

function readerOf(contentType: string): RowReader {
  return contentType === 'text/csv' ? new CsvReader() : new NdjsonReader();
}

function tooManyRows(rowsMax: number): Problem {
  const most = `${rowsMax.toLocaleString('en')} rows`;
  return new Problem('payload_too_large', `The file may have at most ${most}. Send it in parts.`);
}
