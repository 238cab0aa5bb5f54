import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { ON_HAND_MAX, type LevelName } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { setLevel } from './set-stock.ts';

export interface ImportStockCommand extends Asked {
  readonly kind: 'import-stock';
  readonly importId: string;
  /** Which of the import's chunks, from 1, in order. One that was applied before is not applied again. */
  readonly chunk: number;
  readonly rows: readonly ImportRow[];
}

/** A row of a file, which counts from 1: what it asks for, or why it cannot be read. */
export type ImportRow = ReadableImportRow | { readonly row: number; readonly problem: string };

export interface ReadableImportRow extends LevelName {
  readonly row: number;
  readonly change: { readonly onHand: number } | { readonly delta: number };
  /** Null: as it is. */
  readonly safetyStock: number | null;
}

interface ImportStockOutcome {
  readonly ok: true;
  /** False: it had been imported before. */
  readonly imported: boolean;
}

export const importStockCommand = defineCommand<ImportStockCommand, ImportStockOutcome>({
  targets({ importId, rows }) {
    const levels = rows.filter((row) => 'sku' in row);
    return { ...NO_TARGETS, imports: [importId], levels, newLevels: levels };
  },
  weight: ({ rows }) => Math.max(1, rows.filter((row) => 'sku' in row).length),
  decide: importStock,
});

/**
 * Applies a chunk of a file, row by row; a row that cannot be applied is noted. A chunk counts once: one that
 * was applied before gets `imported: false` and changes nothing.
 *
 * @throws {Error} when the import is not open, or the chunk not the next one: chunks are applied in the order
 * of the file
 */
function importStock(draft: Draft, command: ImportStockCommand): ImportStockOutcome {
  const { importId, chunk, rows } = command;
  const applied = draft.chunksApplied(importId);
  if (applied === undefined) throw new Error(`import ${importId} is not open`);
  if (chunk <= applied) return { ok: true, imported: false };
  if (chunk > applied + 1) throw new Error(`chunk ${chunk} of import ${importId} comes before its turn`);
  const rejected = rows.flatMap((row) => {
    const problem = 'problem' in row ? row.problem : apply(draft, row, command);
    return problem === null ? [] : [{ row: row.row, message: problem }];
  });
  draft.recordChunk({ importId, chunk, applied: rows.length - rejected.length, rejected });
  return { ok: true, imported: true };
}

/** What is in the way, or null when it is done. A row that finds what it says leaves no movement. */
function apply(
  draft: Draft,
  row: ReadableImportRow,
  { importId, caller }: ImportStockCommand,
): string | null {
  const { sku, location, change, safetyStock } = row;
  const level = draft.level(sku, location);
  if (!level) return `there is no SKU ${sku}, or no location ${location}`;
  const why = { reservationId: null, reason: `import ${importId}`, caller };
  if ('onHand' in change) {
    const isSo = level.onHand === change.onHand && level.safetyStock === (safetyStock ?? level.safetyStock);
    if (!isSo || level.version === 0) setLevel(draft, level, { onHand: change.onHand, safetyStock }, why);
    return null;
  }
  const onHand = level.onHand + change.delta;
  if (onHand < 0) return `delta: ${change.delta} would leave less than nothing: ${level.onHand} are on hand`;
  if (onHand > ON_HAND_MAX) return `delta: more than ${ON_HAND_MAX} would be on hand`;
  const moved = draft.move({ sku, location }, 'adjust', { onHand: change.delta }, why);
  if (safetyStock !== null) draft.amend({ ...moved, safetyStock });
  return null;
}
