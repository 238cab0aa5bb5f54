import { defineCommand, type Asked } from '../command-module.ts';
import type { StockLevelView } from '../contract-view.ts';
import type { Draft } from '../draft.ts';
import type { Refused } from '../outcome.ts';
import type { ShortLine } from '../refusals.ts';
import { ON_HAND_MAX, type StockLevel } from '../stock-level.ts';
import { NO_TARGETS } from '../targets.ts';
import { refuseAboveMax, showLevels, sumFlows, type LevelFlow } from './level-flows.ts';
import { refuse, refuseUnknownLevel } from './refuse.ts';

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
    const levels = lines.flatMap(flowsOf);
    return { ...NO_TARGETS, levels, newLevels: levels, catalogue: levels };
  },
  weight: ({ lines }) => Math.max(1, 2 * lines.length),
  decide: transferStock,
});

const flowsOf = ({ sku, from, to, quantity }: StockTransfer) => [
  { sku, location: from, coming: 0, leaving: quantity },
  { sku, location: to, coming: quantity, leaving: 0 },
];

/**
 * Moves units on hand that are not promised, all lines or none. Units that a location receives cannot leave
 * it in the same call: each line is one move. Promised units move with their reservation (`reallocate`).
 */
function transferStock(draft: Draft, { lines, caller }: TransferStockCommand): TransferStockOutcome {
  const unknown = refuseUnknownLevel(draft, lines.flatMap(flowsOf));
  if (unknown) return unknown;
  const flows = sumFlows(draft, lines.flatMap(flowsOf));
  const short = flows.filter(({ level, leaving }) => leaving > unpromised(level));
  if (short.length > 0) return refuseTooFew(short);
  for (const { level, leaving, coming } of flows) {
    const units = level.onHand - leaving + coming;
    if (units > ON_HAND_MAX) return refuseAboveMax(level, units);
  }
  for (const { sku, from, to, quantity, reason } of lines) {
    const why = { reservationId: null, reason: reason ?? `transfer to ${to}`, caller };
    draft.move({ sku, location: from }, 'transfer', { onHand: -quantity }, why);
  }
  for (const { sku, from, to, quantity, reason } of lines) {
    const why = { reservationId: null, reason: reason ?? `transfer from ${from}`, caller };
    draft.move({ sku, location: to }, 'transfer', { onHand: quantity }, why);
  }
  return { ok: true, levels: showLevels(draft, flows) };
}

/** A level that owes units has none to give. */
const unpromised = ({ onHand, reserved, allocated }: StockLevel): number =>
  Math.max(0, onHand - reserved - allocated);

function refuseTooFew(short: readonly LevelFlow[]): Refused {
  const lines = short.map(({ level, leaving }): ShortLine => ({
    sku: level.sku,
    location: level.location,
    requested: leaving,
    available: unpromised(level),
  }));
  const [first] = lines;
  return refuse({
    code: 'insufficient_stock',
    detail: `More would leave than is on hand and not promised: ${first?.requested} of ${first?.sku} from ${first?.location}, which has ${first?.available}. Nothing was moved. Promised units move with their reservation: reallocate it.`,
    lines,
  });
}
