import type { Command, Outcome } from '@holdfast/domain';

/** Names a call for ever: whose, which path, which key, and what was asked with it. */
export interface IdempotencyKey {
  /** The caller's key *name*, so that two callers' keys never meet. */
  readonly caller: string;
  readonly path: string;
  readonly key: string;
  /** Of the parsed request without the key. The same key with another fingerprint is refused. */
  readonly fingerprint: string;
}

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
