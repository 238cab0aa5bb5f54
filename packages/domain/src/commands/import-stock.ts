import type { SettingChange } from '../changes.ts';
import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { exists } from '../stock-level.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { applyImportRow, type ImportRow, type ReadableImportRow } from './import-row.ts';

/** What a file may create: SKUs and locations, only SKUs, or neither. */
export const IMPORT_CREATES = ['all', 'skus', 'none'] as const;

export type ImportCreates = (typeof IMPORT_CREATES)[number];

export interface ImportStockCommand extends Asked {
  readonly kind: 'import-stock';
  readonly importId: string;
  /** Which of the import's chunks, from 1, in order. One that was applied before is not applied again. */
  readonly chunk: number;
  readonly rows: readonly ImportRow[];
  readonly create: ImportCreates;
  /** SKUs and locations that were created or renamed for this chunk: their rows do not count as unchanged. */
  readonly catalogued: { readonly skus: readonly string[]; readonly locations: readonly string[] };
  /** Whether the rows are levels that the file does not name. */
  readonly isAbsent: boolean;
  /** The import that this one reverts. */
  readonly reverts: string | null;
}

interface ImportStockOutcome {
  readonly ok: true;
  /** `before`: it had been imported before. `missing`: a SKU or location that was there has been deleted. */
  readonly imported: 'now' | 'before' | 'missing';
}

export const importStockCommand = defineCommand<ImportStockCommand, ImportStockOutcome>({
  targets({ importId, rows, create }) {
    const levels = rows.filter((row) => 'sku' in row);
    // If the file may create everything, all SKUs and locations exist by now.
    const catalogue = create === 'all' ? NONE : levels;
    return { ...NO_TARGETS, imports: [importId], levels, newLevels: levels, catalogue };
  },
  weight: ({ rows }) => Math.max(1, rows.filter((row) => 'sku' in row).length),
  decide: importStock,
});

/**
 * Applies a chunk of a file, row by row; a row that cannot be applied is noted. A chunk counts once: one that
 * was applied before changes nothing.
 *
 * @throws {Error} when the import is not open, or the chunk not the next one: chunks are applied in the order
 * of the file
 */
function importStock(draft: Draft, command: ImportStockCommand): ImportStockOutcome {
  const { importId, chunk, rows, create, isAbsent } = command;
  const applied = draft.chunksApplied(importId);
  if (applied === undefined) throw new Error(`import ${importId} is not open`);
  if (chunk <= applied) return { ok: true, imported: 'before' };
  if (chunk > applied + 1) throw new Error(`chunk ${chunk} of import ${importId} comes before its turn`);
  const readable = rows.filter((row) => 'sku' in row);
  if (isAbsent) return zero(draft, readable, command);
  const isMissing = ({ sku, location, version }: ReadableImportRow) =>
    version === null && !draft.level(sku, location);
  if (create === 'all' && readable.some(isMissing)) return { ok: true, imported: 'missing' };
  const skus = new Set(command.catalogued.skus);
  const locations = new Set(command.catalogued.locations);
  const rejected: { row: number; message: string }[] = [];
  const settings: SettingChange[] = [];
  let unchanged = 0;
  for (const row of rows) {
    const result = 'problem' in row ? row : applyImportRow(draft, row, command);
    if ('problem' in result) {
      rejected.push({ row: row.row, message: result.problem });
      continue;
    }
    settings.push(...result.settings);
    const isCatalogued = 'sku' in row && (skus.has(row.sku) || locations.has(row.location));
    if (!result.isChanged && !isCatalogued) unchanged += 1;
  }
  const counts = { applied: rows.length - rejected.length, unchanged, zeroed: 0 };
  draft.recordChunk({ importId, chunk, ...counts, rejected, settings });
  return { ok: true, imported: 'now' };
}

/** Levels that were deleted since then, or have no units any more, are not changed. */
function zero(
  draft: Draft,
  rows: readonly ReadableImportRow[],
  command: ImportStockCommand,
): ImportStockOutcome {
  const there = rows.filter(({ sku, location }) => {
    const level = draft.level(sku, location);
    return level !== undefined && exists(level);
  });
  const zeroed = there.filter((row) => {
    const result = applyImportRow(draft, row, command);
    return 'isChanged' in result && result.isChanged;
  });
  const { importId, chunk } = command;
  const counts = { applied: 0, unchanged: 0, zeroed: zeroed.length };
  draft.recordChunk({ importId, chunk, ...counts, rejected: [], settings: [] });
  return { ok: true, imported: 'now' };
}
