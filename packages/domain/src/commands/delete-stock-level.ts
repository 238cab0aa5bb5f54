import { defineCommand, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { LevelName } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { findLevel } from './existing-level.ts';
import type { IfVersion } from './if-version.ts';
import { refuse } from './refuse.ts';
import { setLevel } from './set-stock.ts';

export interface DeleteStockLevelCommand extends Asked, LevelName {
  readonly kind: 'delete-stock-level';
  readonly ifVersion: IfVersion;
}

type DeleteStockLevelOutcome = { readonly ok: true; readonly deleted: true } | Refused;

export const deleteStockLevelCommand = defineCommand<DeleteStockLevelCommand, DeleteStockLevelOutcome>({
  // As in a create, due holds of the SKU are given back first.
  targets: (command) => ({ ...NO_TARGETS, sourced: [command], levels: [command], catalogue: [command] }),
  decide: deleteStockLevel,
});

/**
 * Deletes a level without units. Its row stays, so that commands that wait for its lock find it and can set
 * it again. Its movements and its version then continue.
 */
function deleteStockLevel(
  draft: Draft,
  { sku, location, ifVersion, caller }: DeleteStockLevelCommand,
): DeleteStockLevelOutcome {
  const found = findLevel(draft, { sku, location }, ifVersion);
  if (!found.ok) return found;
  const { onHand, reserved, allocated, version } = found.level;
  if (onHand + reserved + allocated > 0) {
    return refuse({
      code: 'in_use',
      detail: `The level of ${sku} at ${location} has ${onHand} units on hand, ${reserved} reserved and ${allocated} allocated. It can be deleted when all are 0.`,
    });
  }
  const why = { reservationId: null, reason: 'deleted', caller };
  const emptied = setLevel(draft, found.level, { onHand: 0, safetyStock: 0, backorderLimit: 0 }, why);
  draft.amend({ ...emptied, version: -version });
  return { ok: true, deleted: true };
}
