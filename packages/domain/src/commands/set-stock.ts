import { defineCommand, type Asked } from '../command-module.ts';
import type { StockLevelView } from '../contract-view.ts';
import type { MovementCause } from '../draft-movements.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import { exists, nextVersion, type LevelName, type StockLevel } from '../stock-level.ts';
import { NO_TARGETS, NONE } from '../targets.ts';
import { allowsVersion, refuseVersion, type IfVersion } from './if-version.ts';
import { refuse, refuseUnknownLocation, refuseUnknownSku } from './refuse.ts';
import { levelView } from './level-flows.ts';

export interface SetStockCommand extends Asked, LevelName {
  readonly kind: 'set-stock';
  readonly onHand: number;
  /** Null: as it is. */
  readonly safetyStock: number | null;
  /** Null or absent: unchanged. */
  readonly backorderLimit?: number | null;
  readonly reason: string | null;
  readonly ifVersion: IfVersion;
}

export type StockLevelOutcome =
  { readonly ok: true; readonly level: StockLevelView; readonly created: boolean } | Refused;

export const setStockCommand = defineCommand<SetStockCommand, StockLevelOutcome>({
  targets(command) {
    const levels = [command];
    return {
      ...NO_TARGETS,
      levels,
      newLevels: command.ifVersion === null || command.ifVersion === 'none' ? levels : NONE,
      catalogue: levels,
    };
  },
  decide: setStock,
});

/**
 * Sets the units on hand of a SKU at a location. It may be less than the promised units: the difference is a
 * shortfall. Every accepted set writes a movement, even if the quantity stays the same: the audit shows who
 * counted.
 */
function setStock(draft: Draft, command: SetStockCommand): StockLevelOutcome {
  const { sku, location } = command;
  if (!draft.skus.has(sku)) return refuseUnknownSku('sku_not_found', sku);
  if (!draft.locations.has(location)) return refuseUnknownLocation('location_not_found', location);
  const before = draft.level(sku, location);
  const version = before?.version ?? 0;
  if (!allowsVersion(command.ifVersion, version)) {
    return refuseVersion(`The level of ${sku} at ${location}`, command.ifVersion, version);
  }
  // The SKU has come into being after the level could be locked: for this call it was not there yet.
  if (!before) return refuse({ code: 'sku_not_found', detail: `There is no SKU ${sku} yet. Try again.` });
  const why = { reservationId: null, reason: command.reason, caller: command.caller };
  const level = setLevel(draft, before, command, why);
  return { ok: true, level: levelView(draft, level), created: !exists(before) };
}

/** The fields of a level that a call may set. Null: as it is. */
interface LevelChange {
  readonly onHand: number;
  readonly safetyStock: number | null;
  readonly backorderLimit?: number | null;
}

/** Whatever it was before: `version` rises by one. */
export function setLevel(
  draft: Draft,
  before: StockLevel,
  { onHand, ...change }: LevelChange,
  why: MovementCause,
): StockLevel {
  const safetyStock = change.safetyStock ?? before.safetyStock;
  const backorderLimit = change.backorderLimit ?? before.backorderLimit;
  // A movement has no column for them: without a reason from the caller, this names the change.
  const changes = [
    ...(safetyStock === before.safetyStock ? [] : [`safety_stock ${before.safetyStock} to ${safetyStock}`]),
    ...(backorderLimit === before.backorderLimit
      ? []
      : [`backorder_limit ${before.backorderLimit} to ${backorderLimit}`]),
  ];
  const reason = why.reason ?? (changes.length > 0 ? changes.join(', ') : null);
  const cause = { ...why, reason, backorderLimitDelta: backorderLimit - before.backorderLimit };
  const moved = draft.move(before, 'set', { onHand: onHand - before.onHand }, cause);
  return draft.amend({ ...moved, safetyStock, backorderLimit, version: nextVersion(before) });
}
