import { setTimeout as wait } from 'node:timers/promises';
import { classifyDatabaseError, type Database } from '@holdfast/db';
import { LedgerOverloaded, LedgerUnavailable, OutcomeUnknown } from '../ledger-errors.ts';
import { LEDGER_LIMITS } from '../limits.ts';
import { commitBatch, CommitLost, KeyTaken, MoreMayBeDue, type Committed } from './commit-batch.ts';
import type { Entry } from './entry.ts';
import { Overtaken, type Locking } from './locking-strategies.ts';
import { lookUp } from './lost-commit.ts';

/** What was decided and written together. */
export interface CommittedBatch {
  readonly entries: readonly Entry[];
  readonly committed: Committed;
}

/** What came of some of a batch's entries: written, or failed as a whole. */
type BatchResult = CommittedBatch | { readonly entries: readonly Entry[]; readonly error: Error };

/** One try: one transaction, begun and ended. */
export interface Try {
  readonly locking: Locking;
  /** Its wait for a connection included. */
  readonly tookMs: number;
  readonly isCommitted: boolean;
}

export interface RunOptions {
  readonly locking: Locking;
  /** Told of each try, whatever came of it. */
  readonly onTried: (tried: Try) => void;
  /** Told of each try that failed, for metrics and log. */
  readonly onTryFailed: (failure: { reason: string; tries: number; error: unknown }) => void;
  /** Told when what was read had changed before it could be locked. */
  readonly onOvertaken: () => void;
  /** When halving what takes too long ends (`performance.now()`). Default: `halvingTimeMaxMs` from now. */
  readonly giveUpAt?: number;
}

/**
 * Runs a batch to its end, whatever happens to it:
 *
 * - lost against another transaction, or the connection broke before COMMIT: again, up to `triesMax`, with
 *   exponential backoff and full jitter;
 * - COMMIT's answer was lost: what became of it is looked up (lost-commit.ts);
 * - an error that no retry can mend, or too much to do in time: the batch is halved until the command that fails stands
 *   alone, so that one poisoned command refuses only itself;
 * - decided on what had changed before it could be locked (optimistic): again at once, `overtakenMax` times, then with
 *   the locks first;
 * - something was short while more holds are due than were looked at: once more, looking at more of them.
 *
 * Never throws.
 */
export async function runBatch(
  database: Database,
  entries: readonly Entry[],
  options: RunOptions,
): Promise<readonly BatchResult[]> {
  let { locking } = options;
  const giveUpAt = options.giveUpAt ?? performance.now() + LEDGER_LIMITS.halvingTimeMaxMs;
  let overtaken = 0;
  let dueHoldsMax: number = LEDGER_LIMITS.dueHoldsLookedAtMax;
  let tries = 1;
  for (;;) {
    try {
      const committed = await timed(
        commitBatch(database, entries, { locking, dueHoldsMax }),
        locking,
        options,
      );
      return [{ entries, committed }];
    } catch (error) {
      if (error instanceof Overtaken) {
        overtaken += 1;
        options.onOvertaken();
        if (overtaken >= LEDGER_LIMITS.overtakenMax) locking = 'pessimistic';
        continue;
      }
      if (error instanceof MoreMayBeDue) {
        dueHoldsMax = LEDGER_LIMITS.dueHoldsLookedAtWhenShortMax;
        continue;
      }
      if (error instanceof CommitLost) {
        const fate = await lookUp(database, error);
        if (fate === 'written') return [{ entries, committed: error.committed }];
        if (fate === 'unknown')
          return [{ entries, error: new OutcomeUnknown(error.message, { cause: error }) }];
      }
      const reason = reasonOf(error);
      options.onTryFailed({ reason, tries, error });
      if (reason === 'data' || reason === 'other') return halve(database, entries, error, options);
      // Half of it may be done in time. Alone, a command that takes too long will not be faster again.
      if (reason === 'timeout' && entries.length > 1 && performance.now() < giveUpAt) {
        return halve(database, entries, error, { ...options, giveUpAt });
      }
      if (tries >= LEDGER_LIMITS.triesMax || reason === 'timeout') {
        return [{ entries, error: asLedgerError(reason, error) }];
      }
      await wait(Math.random() * LEDGER_LIMITS.retryBaseMs * 2 ** tries);
      tries += 1;
    }
  }
}

async function timed<Result>(work: Promise<Result>, locking: Locking, { onTried }: RunOptions) {
  const started = performance.now();
  let isCommitted = false;
  try {
    const result = await work;
    isCommitted = true;
    return result;
  } finally {
    onTried({ locking, tookMs: performance.now() - started, isCommitted });
  }
}

function reasonOf(error: unknown) {
  if (error instanceof CommitLost) return 'commit_lost';
  return error instanceof KeyTaken ? 'key_taken' : classifyDatabaseError(error);
}

function asLedgerError(reason: string, cause: unknown): Error {
  if (reason === 'unreachable' || reason === 'connection' || reason === 'commit_lost') {
    return new LedgerUnavailable('the database cannot be reached', { cause });
  }
  return new LedgerOverloaded('the batch could not be written in time', { cause });
}

async function halve(
  database: Database,
  entries: readonly Entry[],
  error: unknown,
  options: RunOptions,
): Promise<readonly BatchResult[]> {
  if (entries.length === 1) {
    return [{ entries, error: error instanceof Error ? error : new Error(String(error)) }];
  }
  const middle = Math.ceil(entries.length / 2);
  return [
    ...(await runBatch(database, entries.slice(0, middle), options)),
    ...(await runBatch(database, entries.slice(middle), options)),
  ];
}
