import { showStockLevel, type StockLevelView } from '../contract-view.ts';
import type { Draft } from '../draft.ts';
import type { StockLevel } from '../stock-level.ts';

/** A level as a command leaves it: of a paused SKU nothing is available. */
export const levelView = (draft: Draft, level: StockLevel): StockLevelView =>
  showStockLevel(level, draft.now, draft.skus.get(level.sku));
