import type { Book } from '../book.ts';
import { nameOfLevel } from '../book-pages.ts';
import type { AdjustStockCommand, StockAdjustment } from '../commands.ts';
import type { ShortLine } from '../refusals.ts';
import { ON_HAND_MAX, type StockLevel } from '../stock-level.ts';
import { refuse, type Transition } from './transition.ts';

/**
 * Adds to what is on hand, or takes from it: all lines or none. Below what is promised is allowed: it is what happened, and
 * the difference is a shortfall. Below zero is not.
 */
export function adjustStock(book: Book, { lines, caller }: AdjustStockCommand): Transition {
  for (const { sku, location } of lines) {
    if (!book.skus.has(sku)) return refuse({ code: 'unknown_sku', detail: `There is no SKU ${sku}.` });
    if (!book.locations.has(location)) {
      return refuse({ code: 'unknown_location', detail: `There is no location ${location}.` });
    }
    // The SKU has come into being after the level could be locked: for this call it was not there yet.
    if (!book.level(sku, location)) {
      return refuse({ code: 'unknown_sku', detail: `There is no SKU ${sku} yet. Try again.` });
    }
  }
  const totals = totalsOf(book, lines);
  const short = totals.filter(({ level, delta }) => level.onHand + delta < 0);
  if (short.length > 0) return refuseBelowZero(short);
  const over = totals.find(({ level, incoming }) => level.onHand + incoming > ON_HAND_MAX);
  if (over) {
    return refuse({
      code: 'quantity_limit_exceeded',
      detail: `There would be more than ${ON_HAND_MAX} units of ${over.level.sku} at ${over.level.location}.`,
    });
  }
  // What comes in goes first, so that what goes out finds it.
  const incomingFirst = lines.toSorted((a, b) => Number(a.delta < 0) - Number(b.delta < 0));
  for (const { sku, location, delta, reason } of incomingFirst) {
    book.move({ sku, location }, 'adjust', { onHand: delta }, { reservationId: null, reason, caller });
  }
  return { levels: totals.flatMap(({ level }) => book.level(level.sku, level.location) ?? []) };
}

interface Total {
  readonly level: StockLevel;
  readonly delta: number;
  /** What comes in, before anything goes out. */
  readonly incoming: number;
}

/** What is asked for in all, level by level, in order of first mention. */
function totalsOf(book: Book, lines: readonly StockAdjustment[]): readonly Total[] {
  const totals = new Map<string, Total>();
  for (const { sku, location, delta } of lines) {
    const level = book.level(sku, location);
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

function refuseBelowZero(short: readonly Total[]): Transition {
  const lines = short.map(({ level, delta }): ShortLine => ({
    sku: level.sku,
    location: level.location,
    requested: -delta,
    available: level.onHand,
  }));
  const [first] = lines;
  return refuse({
    code: 'insufficient_stock',
    detail: `More would be taken than is on hand: ${first?.available} units of ${first?.sku} at ${first?.location}. Nothing was changed.`,
    lines,
  });
}
