import type { Written } from './batch/commit-batch.ts';
import type { Entry } from './batch/entry.ts';
import type { Waiting } from './pending-list.ts';

/** What was decided and written together. */
export interface CommittedBatch<Some extends Entry = Entry> {
  readonly entries: readonly Some[];
  readonly written: Written;
}

/** One try: one transaction, begun and ended. */
interface Try {
  /** Its wait for a connection included. */
  readonly tookMs: number;
  readonly isCommitted: boolean;
}

export interface LedgerQueues {
  /** Commands that wait for a batch. */
  readonly pending: number;
  readonly pendingLines: number;
  /** Commands that wait for rows which other sessions keep locked, and how many such rows are known. */
  readonly blocked: number;
  readonly lockedRows: number;
}

/** Callbacks for metrics and logs. Each is called at once. */
export interface LedgerObserver {
  /** Once, when the ledger is created, with the numbers that can be read from then on. */
  opened?(ledger: LedgerQueues): void;
  batch?(batch: { commands: number; lines: number; waitedMs: number; tookMs: number }): void;
  tried?(tried: Try): void;
  tryFailed?(failure: { reason: string; tries: number; error: unknown }): void;
  /** The rows of a decision had changed since they were read. */
  overtaken?(): void;
  refusedByLoad?(): void;
  /** Commands of a batch that failed, after all tries. */
  failed?(failure: { commands: number; error: Error }): void;
  callersGone?(commands: number): void;
  /** Commands that are set aside because other sessions keep rows (by name) locked that they need. */
  blocked?(blocked: { commands: number; rows: readonly string[] }): void;
  /** After each commit, before the callers are answered: the decisions, in the order of the batch. */
  committed?(batch: CommittedBatch<Waiting>): void;
}
