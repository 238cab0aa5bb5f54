import type { Database } from '@holdfast/db';
import type { CommitFence } from '../commit-fence.ts';
import type { KnownLocks } from '../known-locks.ts';
import type { CommittedBatch, LedgerObserver } from '../ledger-observer.ts';
import type { Entry } from './entry.ts';

export interface RunOptions<Some extends Entry> {
  readonly fence: CommitFence | undefined;
  /** One of these three is called for each entry, as soon as its result is known. */
  readonly onCommitted: (batch: CommittedBatch<Some>) => void;
  readonly onFailed: (entries: readonly Some[], error: Error) => void;
  /** Entries that need rows (by name) which other sessions keep locked: they have no result yet. */
  readonly onBlocked: (blocked: ReadonlyMap<Some, readonly string[]>) => void;
  /** Rows that other sessions keep locked. The run adds those that it finds. */
  readonly locks: KnownLocks;
  /** Prevents other batches of this ledger from beginning, until the place is given up. */
  readonly keepPlace: () => Place;
  /** Called for each try. */
  readonly observer: LedgerObserver;
  /** When the oldest of its entries came (`performance.now()`). */
  readonly waitingSince: number;
  /** When halving what takes too long ends (`performance.now()`). Default: `halvingTimeMaxMs` from now. */
  readonly giveUpAt?: number;
}

/** Held for a batch that has lost its place in PostgreSQL's queue for a lock. */
export interface Place {
  /** Whether another batch of this ledger has ended since. */
  readonly hasOtherEnded: boolean;
  /** Resolves when no other batch of this ledger runs, or after `maxMs`. */
  untilAlone(maxMs: number): Promise<void>;
  giveUp(): void;
}

/** A batch under way: the entries that are left, and how to try them next. */
export interface Run<Some extends Entry> {
  readonly database: Database;
  readonly options: RunOptions<Some>;
  readonly giveUpAt: number;
  /** After this (`performance.now()`) it is not tried again. */
  readonly lastTryAt: number;
  entries: readonly Some[];
  lockTimeoutMs: number | null;
  dueHoldsMax: number;
  overtaken: number;
  tries: number;
  /** Given up after the next try. */
  place: Place | null;
}
