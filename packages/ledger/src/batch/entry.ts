import type { IdempotencyKey } from '@holdfast/db';
import { levelsNamedBy, reservationNamedBy, reservesIn, type Command, type Outcome } from '@holdfast/domain';

export interface Answer {
  readonly outcome: Outcome;
  /** Whether the outcome is that of an earlier call with the same key. */
  readonly replayed: boolean;
  /** Of a batch whose parts have keys of their own: which of them are replays. */
  readonly replayedParts?: readonly boolean[];
}

/** A command on its way through the ledger. */
export interface Entry {
  readonly command: Command;
  readonly idempotency: IdempotencyKey | null;
  /** Of a `reserve-batch`: keys of its reservations, in their order. */
  readonly partKeys?: readonly (IdempotencyKey | null)[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Every key that an entry's outcome is to be kept under. */
export function keysOf({ idempotency, partKeys = [] }: Entry): IdempotencyKey[] {
  return [idempotency, ...partKeys].filter((key) => key !== null);
}

/** What a command weighs in a batch. */
export function linesOf(command: Command): number {
  if (command.kind === 'review-stock') return command.skus.length;
  const reserved = reservesIn(command).reduce((sum, { lines }) => sum + lines.length, 0);
  return Math.max(1, reserved + levelsNamedBy(command).length);
}

export const commandsOf = (entries: readonly Entry[]): Command[] => entries.map(({ command }) => command);

/** The reservations that verbs name. */
export function namedReservations(commands: readonly Command[]): string[] {
  return commands.map(reservationNamedBy).filter((id) => id !== null);
}
