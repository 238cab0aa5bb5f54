import type { Book } from '../book.ts';
import type { RepairStockCommand } from '../commands.ts';
import type { RepairView } from '../contract-view.ts';
import type { LevelAudit } from '../snapshot.ts';
import type { Counters, StockLevel } from '../stock-level.ts';
import type { Transition } from './transition.ts';

/**
 * Makes the counters of levels what they should be, in two movements for each: one records what somebody changed behind the
 * ledger's back, the other mends it. Nothing is overwritten in silence.
 *
 * What is right: for `reserved` and `allocated` what open reservations hold, for `on_hand` the sum of the movements. What
 * is wrong was found on one reading, the level's lock held; what other commands of the batch do to the level comes on top.
 */
export function repairStock(book: Book, { levels, dryRun, caller }: RepairStockCommand): Transition {
  const repairs: RepairView[] = [];
  const unrepaired: RepairView[] = [];
  for (const at of levels) {
    const level = book.levelAsRead(at.sku, at.location);
    const audit = book.auditOf(at.sku, at.location);
    if (!level || !audit) continue;
    const truth: Counters = { ...audit.open, onHand: audit.sums.onHand };
    const wrong = differences(level, audit, truth);
    const canBe = truth.onHand >= 0; // movements that add up to less than nothing tell no truth
    (canBe ? repairs : unrepaired).push(...wrong);
    if (canBe && wrong.length > 0 && !dryRun && book.beginRepair(at)) {
      mend(book, { level, audit, truth }, caller);
    }
  }
  return { repairs, unrepaired };
}

interface Finding {
  readonly level: StockLevel;
  readonly audit: LevelAudit;
  readonly truth: Counters;
}

function mend(book: Book, { level, audit, truth }: Finding, caller: string): void {
  const now = book.level(level.sku, level.location) ?? level;
  const { sums, newest } = audit;
  if (!isSame(level, sums) || !isSame(level, newest) || level.levelSeq !== newest.levelSeq) {
    const movedInThisBatch = now.levelSeq > level.levelSeq;
    book.recordDrift(now, difference(level, sums), movedInThisBatch ? now.levelSeq : newest.levelSeq, caller);
  }
  if (isSame(truth, level)) return;
  const why = { reservationId: null, reason: 'what the records say', caller };
  book.move(level, 'repair', difference(truth, level), why);
}

/** Where counters are not what they should be, or the movements do not lead to them. */
function differences(level: StockLevel, audit: LevelAudit, truth: Counters): readonly RepairView[] {
  const { sku, location } = level;
  const { sums, newest } = audit;
  const pairs = [
    ['on_hand', truth.onHand, level.onHand, [sums.onHand, newest.onHand]],
    ['reserved', truth.reserved, level.reserved, [sums.reserved, newest.reserved]],
    ['allocated', truth.allocated, level.allocated, [sums.allocated, newest.allocated]],
    ['level_seq', newest.levelSeq, level.levelSeq, []],
  ] as const;
  return pairs
    .filter(([, expected, actual, told]) => [expected, ...told].some((each) => each !== actual))
    .map(([kind, expected, actual]) => ({ sku, location, kind, expected, actual }));
}

function isSame(a: Counters, b: Counters): boolean {
  return a.onHand === b.onHand && a.reserved === b.reserved && a.allocated === b.allocated;
}

function difference(a: Counters, b: Counters): Counters {
  return {
    onHand: a.onHand - b.onHand,
    reserved: a.reserved - b.reserved,
    allocated: a.allocated - b.allocated,
  };
}
