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

export interface TransferStockCommand extends Asked {
  readonly kind: 'transfer-stock';
  readonly lines: readonly StockTransfer[];
}

/** Units that go from one location to another one. */
interface StockTransfer {
  readonly sku: string;
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
  readonly reason: string | null;
}

type TransferStockOutcome = { readonly ok: true; readonly levels: readonly StockLevelView[] } | Refused;

export const transferStockCommand = defineCommand<TransferStockCommand, TransferStockOutcome>({
  targets({ lines }) {
    const levels = lines.flatMap(endsOf);
    return { ...NO_TARGETS, levels, newLevels: levels, catalogue: levels };
  },
  weight: ({ lines }) => Math.max(1, 2 * lines.length),
  decide: transferStock,
});

const endsOf = ({ sku, from, to }: StockTransfer): readonly LevelName[] => [
  { sku, location: from },
  { sku, location: to },
];

/**
 * Moves units on hand that are not promised, all lines or none. What a location receives in the same call
 * cannot leave it again: the lines are one journey each. Promised units move with their reservation
 * (`reallocate`).
 */
function transferStock(draft: Draft, { lines, caller }: TransferStockCommand): TransferStockOutcome {
  const unknown = refuseUnknownLevel(draft, lines.flatMap(endsOf));
  if (unknown) return unknown;
  const totals = totalsOf(draft, lines);
  const short = totals.filter(({ level, leaving }) => leaving > Math.max(0, unpromised(level)));
  if (short.length > 0) return refuseTooFew(short);
  const over = totals.find(({ level, leaving, coming }) => level.onHand - leaving + coming > ON_HAND_MAX);
  if (over) {
    const { sku, location } = over.level;
    return refuse({
      code: 'quantity_limit_exceeded',
      detail: `A level may have at most ${ON_HAND_MAX} units: ${sku} at ${location} would have more. Nothing was moved.`,
    });
  }
  for (const { sku, from, to, quantity, reason } of lines) {
    const why = { reservationId: null, reason: reason ?? `transfer to ${to}`, caller };
    draft.move({ sku, location: from }, 'transfer', { onHand: -quantity }, why);
  }
  for (const { sku, from, to, quantity, reason } of lines) {
    const why = { reservationId: null, reason: reason ?? `transfer from ${from}`, caller };
    draft.move({ sku, location: to }, 'transfer', { onHand: quantity }, why);
  }
  const after = totals.flatMap(({ level }) => draft.level(level.sku, level.location) ?? []);
  return { ok: true, levels: after.map((level) => levelView(draft, level)) };
}

const unpromised = ({ onHand, reserved, allocated }: StockLevel): number => onHand - reserved - allocated;

interface Total {
  readonly level: StockLevel;
  readonly leaving: number;
  readonly coming: number;
}

/** What leaves each level and comes to it, in order of first mention. */
function totalsOf(draft: Draft, lines: readonly StockTransfer[]): readonly Total[] {
  const totals = new Map<string, Total>();
  const add = (at: LevelName, leaving: number, coming: number) => {
    const level = draft.level(at.sku, at.location);
    const name = nameOfLevel(at);
    const sofar = totals.get(name) ?? { leaving: 0, coming: 0 };
    if (level) totals.set(name, { level, leaving: sofar.leaving + leaving, coming: sofar.coming + coming });
  };
  for (const { sku, from, to, quantity } of lines) {
    add({ sku, location: from }, quantity, 0);
    add({ sku, location: to }, 0, quantity);
  }
  return [...totals.values()];
}

function refuseTooFew(short: readonly Total[]): Refused {
  const lines = short.map(({ level, leaving }): ShortLine => ({
    sku: level.sku,
    location: level.location,
    requested: leaving,
    available: Math.max(0, unpromised(level)),
  }));
  const [first] = lines;
  return refuse({
    code: 'insufficient_stock',
    detail: `More would leave than is on hand and not promised: ${first?.requested} of ${first?.sku} from ${first?.location}, which has ${first?.available}. Nothing was moved. Promised units move with their reservation: reallocate it.`,
    lines,
  });
}
