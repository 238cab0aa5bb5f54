import type { Book } from '../book.ts';
import type { ImportStockCommand, ReadableImportRow } from '../commands.ts';
import { ON_HAND_MAX } from '../stock-level.ts';
import { setLevel } from './set-stock.ts';
import type { Transition } from './transition.ts';

/**
 * Applies a chunk of a file, row by row; a row that cannot be applied is noted. A chunk counts once: whoever brings one
 * that was applied before is told so, and nothing happens.
 *
 * @throws {Error} when the import is not open, or the chunk not the next one: chunks are applied in the order of the file
 */
export function importStock(book: Book, command: ImportStockCommand): Transition {
  const { importId, chunk, rows } = command;
  const applied = book.chunksApplied(importId);
  if (applied === undefined) throw new Error(`import ${importId} is not open`);
  if (chunk <= applied) return { imported: false };
  if (chunk > applied + 1) throw new Error(`chunk ${chunk} of import ${importId} comes before its turn`);
  const rejected = rows.flatMap((row) => {
    const problem = 'problem' in row ? row.problem : apply(book, row, command);
    return problem === null ? [] : [{ row: row.row, message: problem }];
  });
  book.recordChunk({ importId, chunk, applied: rows.length - rejected.length, rejected });
  return { imported: true };
}

/** What is in the way, or null when it is done. A row that finds what it says leaves no movement. */
function apply(book: Book, row: ReadableImportRow, { importId, caller }: ImportStockCommand): string | null {
  const { sku, location, change, safetyStock } = row;
  const level = book.level(sku, location);
  if (!level) return `there is no SKU ${sku}, or no location ${location}`;
  const why = { reservationId: null, reason: `import ${importId}`, caller };
  if ('onHand' in change) {
    const isSo = level.onHand === change.onHand && level.safetyStock === (safetyStock ?? level.safetyStock);
    if (!isSo || level.version === 0) setLevel(book, level, { onHand: change.onHand, safetyStock }, why);
    return null;
  }
  const onHand = level.onHand + change.delta;
  if (onHand < 0) return `delta: ${change.delta} would leave less than nothing: ${level.onHand} are on hand`;
  if (onHand > ON_HAND_MAX) return `delta: more than ${ON_HAND_MAX} would be on hand`;
  const moved = book.move({ sku, location }, 'adjust', { onHand: change.delta }, why);
  if (safetyStock !== null) book.amend({ ...moved, safetyStock });
  return null;
}
