import { showStockLevel, type StockLevelView } from '../contract-view.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import { ON_HAND_MAX, type LevelName, type StockLevel } from '../stock-level.ts';
import { refuse } from './refuse.ts';

// Shared by calls that add units to several levels or take them off: all or nothing.

/** Units that come to a level, and units that leave it. */
interface Flow {
  readonly coming: number;
  readonly leaving: number;
}

/** All that one call asks of a level. */
export interface LevelFlow extends Flow {
  readonly level: StockLevel;
}

/** Adds up the requested units of each level, in order of first mention. */
export function sumFlows(draft: Draft, asked: readonly (LevelName & Flow)[]): readonly LevelFlow[] {
  const sums = new Map<string, LevelFlow>();
  for (const { sku, location, coming, leaving } of asked) {
    const level = draft.level(sku, location);
    if (!level) continue;
    const name = nameOfLevel(level);
    const before = sums.get(name) ?? { coming: 0, leaving: 0 };
    sums.set(name, { level, coming: before.coming + coming, leaving: before.leaving + leaving });
  }
  return [...sums.values()];
}

export function refuseAboveMax({ sku, location }: LevelName, units: number): Refused {
  return refuse({
    code: 'quantity_limit_exceeded',
    detail: `A level may have at most ${ON_HAND_MAX} units: ${sku} at ${location} would have ${units}. Nothing was changed.`,
  });
}

/** A level as a command leaves it: a paused SKU has no available units. */
export const levelView = (draft: Draft, level: StockLevel): StockLevelView =>
  showStockLevel(level, draft.now, draft.skus.get(level.sku));

/** The levels as they are now. */
export function showLevels(draft: Draft, flows: readonly LevelFlow[]): readonly StockLevelView[] {
  const levels = flows.flatMap(({ level }) => draft.level(level.sku, level.location) ?? []);
  return levels.map((level) => levelView(draft, level));
}
