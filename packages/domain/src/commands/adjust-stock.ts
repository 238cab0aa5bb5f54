import { defineCommand, type Asked } from '../command-module.ts';
import type { StockLevelView } from '../contract-view.ts';
import { nameOfLevel } from '../draft-state.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import { ON_HAND_MAX, type LevelName, type StockLevel } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { refuse, refuseUnknownLevel } from './refuse.ts';
import { levelView } from './level-view.ts';

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
 * Adds to what is on hand (receipts, returns), or takes from it (damage): all lines or none. Below what is
 * promised is allowed: it is what happened, and the difference is a shortfall. Below zero is not.
 */
function adjustStock(draft: Draft, { lines, caller }: AdjustStockCommand): AdjustStockOutcome {
  const unknown = refuseUnknownLevel(draft, lines);
  if (unknown) return unknown;
  const totals = totalsOf(draft, lines);
  const short = totals.filter(({ level, delta }) => level.onHand + delta < 0);
  if (short.length > 0) return refuseBelowZero(short);
  const over = totals.find(({ level, incoming }) => level.onHand + incoming > ON_HAND_MAX);
  if (over) {
    return refuse({
      code: 'quantity_limit_exceeded',
      detail: `A level may have at most ${ON_HAND_MAX} units: ${over.level.sku} at ${over.level.location} would have ${over.level.onHand + over.incoming}. Nothing was changed.`,
    });
  }
  // What comes in goes first, so that what goes out finds it.
  const incomingFirst = lines.toSorted((a, b) => Number(a.delta < 0) - Number(b.delta < 0));
  for (const { sku, location, delta, reason } of incomingFirst) {
    draft.move({ sku, location }, 'adjust', { onHand: delta }, { reservationId: null, reason, caller });
  }
  const after = totals.flatMap(({ level }) => draft.level(level.sku, level.location) ?? []);
  return {
    ok: true,
    levels: after.map((level) => levelView(draft, level)),
  };
}

interface Total {
  readonly level: StockLevel;
  readonly delta: number;
  /** What comes in, before anything goes out. */
  readonly incoming: number;
}

/** What is asked for in all, level by level, in order of first mention. */
function totalsOf(draft: Draft, lines: readonly StockAdjustment[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const { sku, location, delta } of lines) {
    const level = draft.level(sku, location);
    const name = nameOfLevel({ sku, location });
    if (!level) continue;
    const before = totals.get(name) ?? { delta: 0, incoming: 0 };
    totals.set(name, {
      level,
      delta: before.delta + delta,
      incoming: before.incoming + Math.max(0, delta),
    });
  }
  return [...totals.values()];
}

function refuseBelowZero(short: readonly Total[]): Refused {
  const lines = short.map(({ level, delta }): ShortLine => ({
    sku: level.sku,
    location: level.location,
    requested: -delta,
    available: level.onHand,
  }));
  const [first] = lines;
  return refuse({
    code: 'insufficient_stock',
    detail: `More would be taken than is on hand: ${first?.requested} of ${first?.sku} at ${first?.location}, which has ${first?.available}. Nothing was changed.`,
    lines,
  });
}
