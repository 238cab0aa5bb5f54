import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { LevelName } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { findLevel } from './existing-level.ts';
import type { IfVersion } from './if-version.ts';
import { setLevel, type StockLevelOutcome } from './set-stock.ts';
import { levelView } from './level-flows.ts';

export interface PatchStockCommand extends Asked, LevelName {
  readonly kind: 'patch-stock';
  /** Null: unchanged. The same for the next two. */
  readonly onHand: number | null;
  readonly safetyStock: number | null;
  readonly backorderLimit?: number | null;
  readonly reason: string | null;
  readonly ifVersion: IfVersion;
}

export const patchStockCommand = defineCommand<PatchStockCommand, StockLevelOutcome>({
  targets: (command) => ({ ...NO_TARGETS, levels: [command], catalogue: [command] }),
  decide: patchStock,
});

/**
 * Changes some fields of a level that exists. Like a set, it writes a movement even if nothing changes, but
 * the version then stays the same.
 */
function patchStock(draft: Draft, command: PatchStockCommand): StockLevelOutcome {
  const found = findLevel(draft, command, command.ifVersion);
  if (!found.ok) return found;
  const { level: before } = found;
  const onHand = command.onHand ?? before.onHand;
  const why = { reservationId: null, reason: command.reason, caller: command.caller };
  const set = setLevel(draft, before, { ...command, onHand }, why);
  const isSame =
    onHand === before.onHand &&
    set.safetyStock === before.safetyStock &&
    set.backorderLimit === before.backorderLimit;
  const level = isSame ? draft.amend({ ...set, version: before.version }) : set;
  return { ok: true, level: levelView(draft, level), created: false };
}
