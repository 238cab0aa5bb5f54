import { defineCommand, type Asked } from '../command-module.ts';
import type { StockLevelView } from '../contract-view.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import { ON_HAND_MAX, type LevelName } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { refuseAboveMax, showLevels, sumFlows, type LevelFlow } from './level-flows.ts';
import { refuse, refuseUnknownLevel } from './refuse.ts';

export interface AdjustStockCommand extends Asked {
  readonly kind: 'adjust-stock';
  readonly lines: readonly StockAdjustment[];
}

interface StockAdjustment extends LevelName {
  /** Units, not 0. */
  readonly delta: number;
  readonly reason: string;
}

type AdjustStockOutcome = { readonly ok: true; readonly levels: readonly StockLevelView[] } | Refused;

export const adjustStockCommand = defineCommand<AdjustStockCommand, AdjustStockOutcome>({
  targets: ({ lines }) => ({ ...NO_TARGETS, levels: lines, newLevels: lines, catalogue: lines }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide: adjustStock,
});

/**
 * Adds units on hand (receipts, returns), or removes them (damage): all lines or none. On hand may become
 * less than the promised units: the difference is a shortfall. Below zero is not.
 */
function adjustStock(draft: Draft, { lines, caller }: AdjustStockCommand): AdjustStockOutcome {
  const unknown = refuseUnknownLevel(draft, lines);
  if (unknown) return unknown;
  const flows = sumFlows(draft, lines.map(flowOf));
  const short = flows.filter(({ level, coming, leaving }) => level.onHand + coming < leaving);
  if (short.length > 0) return refuseBelowZero(short);
  // Units that come in are counted first, so that units that go out find them.
  for (const { level, coming } of flows) {
    const units = level.onHand + coming;
    if (units > ON_HAND_MAX) return refuseAboveMax(level, units);
  }
  const incomingFirst = lines.toSorted((a, b) => Number(a.delta < 0) - Number(b.delta < 0));
  for (const { sku, location, delta, reason } of incomingFirst) {
    draft.move({ sku, location }, 'adjust', { onHand: delta }, { reservationId: null, reason, caller });
  }
  return { ok: true, levels: showLevels(draft, flows) };
}

const flowOf = ({ sku, location, delta }: StockAdjustment) => ({
  sku,
  location,
  coming: Math.max(0, delta),
  leaving: Math.max(0, -delta),
});

function refuseBelowZero(short: readonly LevelFlow[]): Refused {
  const lines = short.map(({ level, coming, leaving }): ShortLine => ({
    sku: level.sku,
    location: level.location,
    requested: leaving - coming,
    available: level.onHand,
  }));
  const [first] = lines;
  return refuse({
    code: 'insufficient_stock',
    detail: `More would be taken than is on hand: ${first?.requested} of ${first?.sku} at ${first?.location}, which has ${first?.available}. Nothing was changed.`,
    lines,
  });
}
