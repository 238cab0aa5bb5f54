import { defineCommand, type Asked } from '../command-module.ts';
import type { CounterIssue } from '../contract-view.ts';
import type { Draft } from '../draft.ts';
import type { LevelAudit } from '../snapshot.ts';
import type { Counters, LevelName, StockLevel } from '../stock-level.ts';
import { NO_TARGETS, NONE } from '../targets.ts';

export interface RepairStockCommand extends Asked {
  readonly kind: 'repair-stock';
  readonly levels: readonly LevelName[];
  /** Report the repairs without doing them. */
  readonly dryRun: boolean;
}

interface RepairStockOutcome {
  readonly ok: true;
  readonly repairs: readonly CounterIssue[];
  /** Wrong counters whose right value is unknown. */
  readonly unrepaired: readonly CounterIssue[];
}

/**
 * Needs a separate batch: it reads every open reservation, and may raise a shortfall as no other batch may.
 */
export const repairStockCommand = defineCommand<RepairStockCommand, RepairStockOutcome>({
  targets: ({ levels, dryRun }) => ({
    ...NO_TARGETS,
    levels,
    newLevels: dryRun ? NONE : levels,
    auditedLevels: levels,
    catalogue: levels,
  }),
  weight: ({ levels }) => Math.max(1, levels.length),
  needsOwnBatch: true,
  decide: repairStock,
});

/**
 * Repairs counters that something other than the ledger has changed, by two movements for each: one records
 * that change, the other corrects it.
 *
 * The right values: for `reserved` and `allocated` what open reservations hold, for `on_hand` the sum of the
 * movements. If movements are missing, or their sum is negative, `on_hand` is unknown: it is only reported.
 *
 * The error was found by one reading under the level's lock. Other commands of the batch change it further.
 */
function repairStock(draft: Draft, { levels, dryRun, caller }: RepairStockCommand): RepairStockOutcome {
  const repairs: CounterIssue[] = [];
  const unrepaired: CounterIssue[] = [];
  for (const at of levels) {
    const audit = draft.auditOf(at.sku, at.location);
    const level = draft.levelAsRead(at.sku, at.location) ?? (dryRun ? goneLevel(at) : undefined);
    if (!level || !audit) continue;
    const finding = { level, audit, truth: truthOf(level, audit) };
    repairs.push(...whatIsWrong(finding));
    unrepaired.push(...whatIsUnknown(finding));
    if (!dryRun && draft.beginRepair(at)) repairLevel(draft, finding, caller);
  }
  if (!dryRun && repairs.length > 0) draft.askForReview(repairs.map(({ sku }) => sku));
  return { ok: true, repairs, unrepaired };
}

/** If the row is gone, a repair begins with an empty one. */
function goneLevel({ sku, location }: LevelName): StockLevel {
  const nothing = { onHand: 0, reserved: 0, allocated: 0, safetyStock: 0, backorderLimit: 0 };
  return { sku, location, priority: 0, active: true, ...nothing, version: 0, levelSeq: 0 };
}

interface Finding {
  readonly level: StockLevel;
  readonly audit: LevelAudit;
  readonly truth: Counters;
}

function truthOf(level: StockLevel, audit: LevelAudit): Counters {
  return { ...audit.open, onHand: isWhole(audit) ? audit.sums.onHand : level.onHand };
}

/** Whether no movement is missing. */
function isWhole({ sums, newest }: LevelAudit): boolean {
  return sums.count === newest.levelSeq && sums.onHand >= 0;
}

function repairLevel(draft: Draft, { level, audit, truth }: Finding, caller: string): void {
  const now = draft.level(level.sku, level.location) ?? level;
  const { sums, newest } = audit;
  if (!isSame(level, sums) || !isSame(level, newest) || level.levelSeq !== newest.levelSeq) {
    const movedInThisBatch = now.levelSeq > level.levelSeq;
    draft.recordDrift(
      now,
      difference(level, sums),
      movedInThisBatch ? now.levelSeq : newest.levelSeq,
      caller,
    );
  }
  if (!isSame(truth, level)) {
    const why = { reservationId: null, reason: 'what the records say', caller };
    draft.move(level, 'repair', difference(truth, level), why);
  }
  const after = draft.level(level.sku, level.location);
  // A deleted level that was created again. Its versions continue after all earlier ones.
  if (after && level.version <= 0 && newest.levelSeq > 0) {
    draft.amend({ ...after, version: newest.levelSeq + 1 });
  }
  const repaired = draft.level(level.sku, level.location);
  if (repaired) draft.addRepairEvent(repaired);
}

/** The counters that differ from their right value, or from the sum of their movements. */
function whatIsWrong({ level, audit, truth }: Finding): readonly CounterIssue[] {
  const { sku, location } = level;
  const { sums, newest } = audit;
  const counters = [
    ['on_hand', level.onHand, isWhole(audit) ? [truth.onHand, sums.onHand, newest.onHand] : []],
    ['reserved', level.reserved, [truth.reserved, sums.reserved, newest.reserved]],
    ['allocated', level.allocated, [truth.allocated, sums.allocated, newest.allocated]],
    ['level_seq', level.levelSeq, [newest.levelSeq]],
  ] as const;
  return counters.flatMap(([kind, actual, said]) => {
    const expected = said.find((each) => each !== actual);
    return expected === undefined ? [] : [{ sku, location, kind, expected, actual }];
  });
}

/** Movements that are missing, or that add up to less than nothing: no repair can bring them back. */
function whatIsUnknown({ level, audit }: Finding): readonly CounterIssue[] {
  if (isWhole(audit)) return [];
  const { sku, location, onHand, levelSeq } = level;
  const { sums, newest } = audit;
  return [
    ...(sums.onHand === onHand
      ? []
      : [{ sku, location, kind: 'on_hand' as const, expected: sums.onHand, actual: onHand }]),
    ...(sums.count === newest.levelSeq
      ? []
      : [{ sku, location, kind: 'level_seq' as const, expected: sums.count, actual: levelSeq }]),
  ];
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
