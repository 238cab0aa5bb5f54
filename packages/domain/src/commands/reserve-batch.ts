import { defineCommand, isRefusedAsShort, type Asked } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { Refused, ReservationOutcome } from '../outcome.ts';
import { joinTargets } from '../targets.ts';
import { reserve, reserveCommand, type ReserveCommand } from './reserve.ts';

/** Creates that are answered together, in their order. */
export interface ReserveBatchCommand extends Asked {
  readonly kind: 'reserve-batch';
  /** All or none: the first that is refused refuses all, and nothing is taken. */
  readonly atomic: boolean;
  readonly reservations: readonly ReserveCommand[];
}

type ReserveBatchOutcome = { readonly ok: true; readonly outcomes: readonly ReservationOutcome[] } | Refused;

export const reserveBatchCommand = defineCommand<ReserveBatchCommand, ReserveBatchOutcome>({
  targets: ({ reservations }) => joinTargets(reservations.map((each) => reserveCommand.targets(each))),
  weight: ({ reservations }) =>
    Math.max(
      1,
      reservations.reduce((sum, { lines }) => sum + lines.length, 0),
    ),
  decide: reserveBatch,
  isShort: (outcome) => (outcome.ok ? outcome.outcomes.some(isRefusedAsShort) : isRefusedAsShort(outcome)),
  parts: {
    isAtomic: ({ atomic }) => atomic,
    pick: (command, parts) => ({
      ...command,
      reservations: parts.flatMap((part) => command.reservations[part] ?? []),
    }),
    outcomesOf: (outcome) => (outcome.ok ? outcome.outcomes : []),
    outcomeOf: (outcomes) => ({ ok: true, outcomes }),
  },
});

/** Decides creates in their order: each for itself, or, atomic, all or none. */
function reserveBatch(draft: Draft, { atomic, reservations }: ReserveBatchCommand): ReserveBatchOutcome {
  const outcomes: ReservationOutcome[] = [];
  const before = atomic ? draft.checkpoint() : null;
  for (const [index, command] of reservations.entries()) {
    const outcome = reserve(draft, command);
    if (before && !outcome.ok) {
      draft.rollBack(before);
      return { ...outcome, part: index };
    }
    outcomes.push(outcome);
  }
  return { ok: true, outcomes };
}
