import type { SettingChange } from '../changes.ts';
import type { Draft } from '../draft.ts';
import { exists, ON_HAND_MAX, type LevelName, type StockLevel } from '../stock-level.ts';
import { setLevel } from './set-stock.ts';

/** A row of a file, numbered from 1: its values, or why it cannot be read. */
export type ImportRow = ReadableImportRow | { readonly row: number; readonly problem: string };

export interface ReadableImportRow extends LevelName {
  readonly row: number;
  /** Null: the units stay. */
  readonly change: { readonly onHand: number } | { readonly delta: number } | null;
  /** Null: as it is. */
  readonly safetyStock: number | Restored<number> | null;
  /** Null: as it is. */
  readonly backorderLimit: number | Restored<number> | null;
  /** For the movement. */
  readonly reason: string | null;
  /** The version that the level must have. Null: any. */
  readonly version: number | null;
}

/** A previous value, which is restored if the present one was set by the import. */
export interface Restored<Value> {
  readonly from: Value;
  readonly to: Value;
}

interface ImportOfRow {
  readonly importId: string;
  readonly caller: string;
  /** The import that this one reverts. */
  readonly reverts: string | null;
  /** Whether the file does not name the level. */
  readonly isAbsent: boolean;
}

type Applied =
  { readonly isChanged: boolean; readonly settings: readonly SettingChange[] } | { readonly problem: string };

const UNCHANGED: Applied = { isChanged: false, settings: [] };

/** Applies a row of a file to its level. A row that changes nothing leaves no movement. */
export function applyImportRow(draft: Draft, row: ReadableImportRow, of: ImportOfRow): Applied {
  const { sku, location, change } = row;
  const level = draft.level(sku, location);
  if (!level) return { problem: whatIsMissing(draft, row) };
  if (row.version !== null && (row.version !== level.version || !exists(level))) {
    const found = exists(level) ? `is at version ${level.version}` : 'does not exist';
    return { problem: `version: ${row.version} was expected, but the level ${found}` };
  }
  const { importId, caller } = of;
  const why = { reservationId: null, importId, reason: row.reason ?? reasonOf(of), caller };
  const safetyStock = settingOf(row.safetyStock, level.safetyStock);
  const backorderLimit = settingOf(row.backorderLimit, level.backorderLimit);
  const isSame = safetyStock === level.safetyStock && backorderLimit === level.backorderLimit;
  if (change === null || 'onHand' in change) {
    const onHand = change?.onHand ?? level.onHand;
    const isAsked = [change?.onHand, row.safetyStock, row.backorderLimit].some(Number.isInteger);
    if (isSame && onHand === level.onHand && (exists(level) || !isAsked)) return UNCHANGED;
    return changed(level, setLevel(draft, level, { onHand, safetyStock, backorderLimit }, why));
  }
  const onHand = level.onHand + change.delta;
  if (onHand < 0) {
    return { problem: `delta: ${change.delta} would leave less than nothing: ${level.onHand} are on hand` };
  }
  if (onHand > ON_HAND_MAX) return { problem: `delta: more than ${ON_HAND_MAX} would be on hand` };
  const backorderLimitDelta = backorderLimit - level.backorderLimit;
  const moved = draft.move(level, 'adjust', { onHand: change.delta }, { ...why, backorderLimitDelta });
  return changed(level, isSame ? moved : draft.amend({ ...moved, safetyStock, backorderLimit }));
}

function whatIsMissing(draft: Draft, { sku, location, version }: ReadableImportRow): string {
  if (version !== null) return `version: ${version} was expected, but the level does not exist`;
  if (!draft.skus.has(sku)) return `there is no SKU ${sku}, and this import does not create it`;
  if (!draft.locations.has(location)) {
    return `there is no location ${location}, and this import does not create it`;
  }
  return `there is no SKU ${sku}, or no location ${location}`;
}

function reasonOf({ importId, reverts, isAbsent }: ImportOfRow): string {
  if (reverts !== null) return `revert of import ${reverts}`;
  return isAbsent ? `import ${importId}: not in the file` : `import ${importId}`;
}

function settingOf(asked: number | Restored<number> | null, present: number): number {
  if (asked === null) return present;
  if (typeof asked === 'number') return asked;
  return present === asked.from ? asked.to : present;
}

/** What a revert has to know besides the units, which are in the movements. */
function changed(before: StockLevel, after: StockLevel): Applied {
  const { sku, location } = before;
  const settings = [
    { sku, location, field: 'safety_stock', before: before.safetyStock, after: after.safetyStock },
    { sku, location, field: 'backorder_limit', before: before.backorderLimit, after: after.backorderLimit },
  ] as const;
  return { isChanged: true, settings: settings.filter((each) => each.before !== each.after) };
}
