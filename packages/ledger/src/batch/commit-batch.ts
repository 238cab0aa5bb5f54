import type { Database, Transaction } from '@holdfast/db';
import type { Changes } from '@holdfast/domain';
import { LEDGER_LIMITS } from '../limits.ts';
import type { Answer, Entry } from './entry.ts';
import { strategies, type Locking } from './locking-strategies.ts';
import { keepOutcomes, writeChanges, type KeptOutcome } from './write.ts';

/** What a batch came to, once it is committed. */
export interface Committed {
  /** One for each entry, in their order. */
  readonly answers: readonly Answer[];
  readonly changes: Changes;
  readonly kept: readonly KeptOutcome[];
  /** How many events were written. */
  readonly events: number;
  readonly now: number;
}

/** Another process has used one of the batch's keys since they were read: nothing was written, decide again. */
export class KeyTaken extends Error {
  override name = 'KeyTaken';
}

/** A command found too little, and not all due holds were looked at: nothing was written, look at more. */
export class MoreMayBeDue extends Error {
  override name = 'MoreMayBeDue';
}

/** The connection broke during COMMIT. `committed` is what happened if it went through. */
export class CommitLost extends Error {
  override name = 'CommitLost';
  readonly transactionId: string;
  readonly committed: Committed;

  constructor(transactionId: string, committed: Committed, cause: unknown) {
    super('the answer to COMMIT was lost', { cause });
    this.transactionId = transactionId;
    this.committed = committed;
  }
}

/** How a batch is to be decided this time. */
export interface HowToDecide {
  readonly locking: Locking;
  /** How many due holds to look at for those of the wanted SKUs. */
  readonly dueHoldsMax: number;
}

/**
 * One batch is one READ COMMITTED transaction: lock, read, decide, write, commit.
 *
 * @throws {Overtaken} (locking-strategies.ts): try again
 * @throws {KeyTaken} {@link KeyTaken}: try again
 * @throws {MoreMayBeDue} {@link MoreMayBeDue}: try again with a larger `dueHoldsMax`
 * @throws {CommitLost} {@link CommitLost}: ask what came of it
 * @throws whatever the database or `decide` threw; nothing is written then
 */
export async function commitBatch(
  database: Database,
  entries: readonly Entry[],
  how: HowToDecide,
): Promise<Committed> {
  let finished: { transactionId: string; committed: Committed } | undefined;
  try {
    return await database.prisma.$transaction(
      async (tx) => {
        const { transactionId, ...committed } = await decideAndWrite(tx, entries, how);
        finished = { transactionId, committed };
        return committed;
      },
      { maxWait: LEDGER_LIMITS.connectionWaitMs, timeout: timeLimitOf(entries) },
    );
  } catch (error) {
    if (finished) throw new CommitLost(finished.transactionId, finished.committed, error);
    throw error;
  }
}

function timeLimitOf(entries: readonly Entry[]): number {
  const isRepair = entries.some(({ command }) => command.kind === 'repair-stock');
  return isRepair ? LEDGER_LIMITS.repairTimeoutMs : LEDGER_LIMITS.transactionTimeoutMs;
}

async function decideAndWrite(
  tx: Transaction,
  entries: readonly Entry[],
  { locking, dueHoldsMax }: HowToDecide,
): Promise<Committed & { transactionId: string }> {
  const decided = await strategies[locking](tx, entries, dueHoldsMax);
  const { answers, changes, kept, isShort } = decided;
  const { now, transactionId } = decided.reading;
  if (isShort && !decided.sawAllDue && dueHoldsMax < LEDGER_LIMITS.dueHoldsLookedAtWhenShortMax) {
    throw new MoreMayBeDue('more holds are due than were looked at');
  }
  const events = await writeChanges(tx, changes, now);
  if (!(await keepOutcomes(tx, kept, now))) throw new KeyTaken('a key was taken by another process');
  return { answers, changes, kept, events, now, transactionId };
}
