import type { IdempotencyKey } from '@holdfast/db';
import type { Command, Outcome } from '@holdfast/domain';

export interface Answer {
  readonly outcome: Outcome;
  /** Whether the outcome is that of an earlier call with the same key. */
  readonly replayed: boolean;
}

/** A command on its way through the ledger. */
export interface Entry {
  readonly command: Command;
  readonly idempotency: IdempotencyKey | null;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** What a command weighs in a batch. */
export function linesOf(command: Command): number {
  return command.kind === 'reserve' ? command.lines.length : 1;
}
