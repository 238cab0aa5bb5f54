import {
  classifyDatabaseError,
  CommitLost,
  sqlStateOf,
  type Database,
  type DatabaseErrorKind,
  type SqlRunner,
} from '@holdfast/db';
import { endOf, type NewSync } from '@holdfast/domain';
import { TriedFence, type CommitFence } from '../commit-fence.ts';
import { LEDGER_LIMITS } from '../limits.ts';
import type { Decided } from './decide-batch.ts';
import { batchOf, type Batch, type Entry } from './entry.ts';
import type { HowToFind } from './lock-order.ts';
import { lockAndDecide } from './lock-and-decide.ts';
import { assumedWritten, writeChanges, type WrittenChanges } from './write.ts';
import { whyNotWritten } from './write-rows.ts';

const LOCK_NOT_AVAILABLE = '55P03';

/** A batch that is decided and written: its result, once it is committed. */
export interface Written extends Decided, WrittenChanges {}

/** How a try ended. All but `committed` have written nothing; a lost COMMIT has to be looked up. */
export type BatchEnd =
  | { readonly kind: 'committed'; readonly written: Written }
  /** The rows of the decision have changed since they were read. */
  | { readonly kind: 'overtaken' }
  /** A command found too little, and not all due holds were read. */
  | { readonly kind: 'more_may_be_due' }
  | { readonly kind: 'commit_lost'; readonly written: Written; readonly error: unknown }
  | { readonly kind: 'failed'; readonly reason: FailureReason; readonly error: unknown };

/** `key_taken`: another process used one of the keys since they were read. `locked`: `lock_timeout`. */
export type FailureReason = DatabaseErrorKind | 'key_taken' | 'locked';

/** How a batch is to be decided this time. */
export interface HowToDecide extends HowToFind {
  /** How long to wait for a lock. Null: the session's setting. */
  readonly lockTimeoutMs: number | null;
  readonly fence?: CommitFence | undefined;
}

/** Rolls a transaction back, as any error does. Thrown and caught in this file. */
class RolledBack extends Error {
  override name = 'RolledBack';
  readonly end: BatchEnd;

  constructor(end: BatchEnd) {
    super('rolled back');
    this.end = end;
  }
}

/** One batch is one READ COMMITTED transaction: lock, read, decide, write, commit. Never throws. */
export async function commitBatch(
  database: Database,
  entries: readonly Entry[],
  how: HowToDecide,
): Promise<BatchEnd> {
  let decided: Decided | undefined;
  const fence = new TriedFence(how.fence);
  try {
    const written = await database.inRawTransaction(timeLimitOf(entries), async (tx) => {
      decided = await decide(tx, batchOf(entries), how);
      fence.begin(decided);
      // COMMIT waits for a fence.
      const changes = await writeChanges(tx, decided, how.fence ? undefined : () => tx.commitWithNext());
      await fence.ready();
      return { ...decided, ...changes };
    });
    await fence.committed(written);
    return { kind: 'committed', written };
  } catch (error) {
    if (error instanceof CommitLost && decided) {
      fence.isUnknown();
      const written = { ...decided, ...assumedWritten(decided) };
      return { kind: 'commit_lost', written, error: error.cause ?? error };
    }
    fence.rolledBack();
    if (error instanceof RolledBack) return error.end;
    const reason = whyNotWritten(error) ?? reasonOf(error);
    return reason === 'overtaken' ? { kind: 'overtaken' } : { kind: 'failed', reason, error };
  }
}

function reasonOf(error: unknown): FailureReason {
  return sqlStateOf(error) === LOCK_NOT_AVAILABLE ? 'locked' : classifyDatabaseError(error);
}

function timeLimitOf(entries: readonly Entry[]): number {
  const mayTakeLong = entries.some(({ module }) => module.needsOwnBatch);
  return mayTakeLong ? LEDGER_LIMITS.ownBatchTimeoutMs : LEDGER_LIMITS.transactionTimeoutMs;
}

/**
 * From commands to rows, a type for each step: `Batch`, what the commands name (entry.ts); `Found`, what
 * there is of it (lock-order.ts); `Reading`, all that the decision needs to know (read.ts); `Decided`,
 * answers and changes (decide-batch.ts); `Written`.
 */
async function decide(
  tx: SqlRunner,
  batch: Batch,
  { lockTimeoutMs, ...howToFind }: HowToDecide,
): Promise<Decided> {
  if (lockTimeoutMs !== null) {
    await tx.$executeRaw`SELECT set_config('lock_timeout', ${String(lockTimeoutMs)}, true)`;
  }
  const decided = await lockAndDecide(tx, batch, howToFind);
  if (decided === 'overtaken') throw new RolledBack({ kind: 'overtaken' });
  const { reading, isShort } = decided;
  const mayLookAtMore = howToFind.dueHoldsMax < LEDGER_LIMITS.dueHoldsLookedAtWhenShortMax;
  if (isShort && !reading.sawAllDue && mayLookAtMore) throw new RolledBack({ kind: 'more_may_be_due' });
  return decided;
}

/** Work outside the database that has to wait for the commit. */
export interface Effects {
  /** Milliseconds since the epoch, by the database's clock, when the batch was decided. */
  readonly now: number;
  /**
   * When the holds that are new or have changed fall due, and those that wait for one; and when that is to be
   * announced.
   */
  readonly dueAt: readonly number[];
  readonly syncs: readonly Pick<NewSync, 'id' | 'action' | 'requestId' | 'traceparent'>[];
  /** How many events wait to be published, at most: a refusal may have been published before. */
  readonly events: number;
  /** SKUs of which those in line may get something now. */
  readonly toGrant: readonly string[];
}

export function effectsOf({ changes, events, toGrant, reading: { now } }: Written): Effects {
  const dueAt = [...changes.created, ...changes.updated].map(endOf).filter((time) => time !== null);
  for (const { notifyAt } of changes.expiryNotices) dueAt.push(notifyAt);
  return { now, dueAt, syncs: changes.syncs, events, toGrant };
}
