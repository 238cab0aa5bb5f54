import type { Command } from '@holdfast/domain';
import type { IdempotencyKey } from '@holdfast/idempotency';
import type { Answer } from './batch/entry.ts';

/** Answers commands ahead of the ledger, where it is certain what the ledger would answer. */
export interface LedgerGate {
  /** Null: the ledger decides. Never throws. */
  answer(command: Command, key: IdempotencyKey | null): Promise<Answer | null>;
  /** Called with what the ledger has answered. */
  learn(command: Command, key: IdempotencyKey | null, answer: Answer): void;
}
