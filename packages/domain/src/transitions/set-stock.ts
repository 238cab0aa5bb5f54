import type { Book } from '../book.ts';
import type { SetStockCommand } from '../commands.ts';
import type { StockLevel } from '../stock-level.ts';
import { refuse, type Transition } from './transition.ts';

/**
 * Sets what is on hand. Less than what is promised is allowed: it is what was counted, and the difference is a shortfall.
 * Every accepted set is a movement, also one that finds what was expected: the audit shows who looked.
 */
export function setStock(book: Book, command: SetStockCommand): Transition {
  const { sku, location } = command;
  if (!book.skus.has(sku)) return refuse({ code: 'sku_not_found', detail: `There is no SKU ${sku}.` });
  if (!book.locations.has(location)) {
    return refuse({ code: 'location_not_found', detail: `There is no location ${location}.` });
  }
  const before = book.level(sku, location);
  const version = before?.version ?? 0;
  if (command.ifVersion !== null && (version === 0 || command.ifVersion !== version)) {
    return refuse({
      code: 'version_conflict',
      detail:
        version === 0
          ? `The level of ${sku} at ${location} does not exist yet.`
          : `The level is at version ${version}, not ${command.ifVersion}. Read it again.`,
    });
  }
  // The SKU has come into being after the level could be locked: for this call it was not there yet.
  if (!before) return refuse({ code: 'sku_not_found', detail: `There is no SKU ${sku} yet. Try again.` });
  const why = { reservationId: null, reason: command.reason, caller: command.caller };
  return { level: setLevel(book, before, command, why), created: version === 0 };
}

/** Whatever it was before: `version` rises by one. */
export function setLevel(
  book: Book,
  before: StockLevel,
  { onHand, safetyStock }: Pick<SetStockCommand, 'onHand' | 'safetyStock'>,
  why: { readonly reservationId: null; readonly reason: string | null; readonly caller: string },
): StockLevel {
  const safety = safetyStock ?? before.safetyStock;
  // A movement has no column for it: where nobody says why, this says what.
  const reason =
    why.reason ?? (safety === before.safetyStock ? null : `safety_stock ${before.safetyStock} to ${safety}`);
  const moved = book.move(before, 'set', { onHand: onHand - before.onHand }, { ...why, reason });
  return book.amend({ ...moved, safetyStock: safety, version: before.version + 1 });
}
