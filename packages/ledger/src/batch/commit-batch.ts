import type { Database, Transaction } from '@holdfast/db';
import { decide, isKeptForReplay, type Changes, type Outcome } from '@holdfast/domain';
import { uuidv7 } from 'uuidv7';
import { LEDGER_LIMITS } from '../limits.ts';
import type { Answer, Entry } from './entry.ts';
import { lockFor } from './lock.ts';
import { readFor, type KnownKey } from './read.ts';
import { keepOutcomes, writeChanges, type KeptOutcome } from './write.ts';

/** What a batch came to, once it is committed. */
export interface Committed {
  /** One for each entry, in their order. */
  readonly answers: readonly Answer[];
  readonly changes: Changes;
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

/**
 * One batch is one READ COMMITTED transaction: lock, read, decide, write, commit.
 *
 * @param dueHoldsMax how many due holds to look at for those of the wanted SKUs
 * @throws {KeyTaken} {@link KeyTaken}: try again
 * @throws {MoreMayBeDue} {@link MoreMayBeDue}: try again with a larger `dueHoldsMax`
 * @throws {CommitLost} {@link CommitLost}: ask what came of it
 * @throws whatever the database or `decide` threw; nothing is written then
 */
export async function commitBatch(
  database: Database,
  entries: readonly Entry[],
  dueHoldsMax: number,
): Promise<Committed> {
  let finished: { transactionId: string; committed: Committed } | undefined;
  try {
    return await database.prisma.$transaction(
      async (tx) => {
        const { transactionId, ...committed } = await decideAndWrite(tx, entries, dueHoldsMax);
        finished = { transactionId, committed };
        return committed;
      },
      { maxWait: LEDGER_LIMITS.connectionWaitMs, timeout: LEDGER_LIMITS.transactionTimeoutMs },
    );
  } catch (error) {
    if (finished) throw new CommitLost(finished.transactionId, finished.committed, error);
    throw error;
  }
}

async function decideAndWrite(
  tx: Transaction,
  entries: readonly Entry[],
  dueHoldsMax: number,
): Promise<Committed & { transactionId: string }> {
  const locked = await lockFor(
    tx,
    entries.map(({ command }) => command),
    dueHoldsMax,
  );
  const { snapshot, now, transactionId, knownKeys } = await readFor(tx, entries, locked);

  const known = new Map(knownKeys.map((key) => [nameOf(key), key]));
  const answers = entries.map((entry) => replay(entry, known));
  const open = entries.filter((_entry, index) => answers[index] === null);
  const decision = decide(
    snapshot,
    open.map(({ command }) => command),
    { now, newId: uuidv7 },
  );
  if (!locked.lookedAtAllDue && dueHoldsMax < LEDGER_LIMITS.dueHoldsLookedAtWhenShortMax) {
    if (decision.outcomes.some(isShort)) throw new MoreMayBeDue('more holds are due than were looked at');
  }
  await writeChanges(tx, decision.changes, now);
  if (!(await keepOutcomes(tx, outcomesToKeep(open, decision.outcomes), now))) {
    throw new KeyTaken('a key was taken by another process');
  }
  const outcomes = decision.outcomes[Symbol.iterator]();
  return {
    answers: answers.map(
      (answer) => answer ?? { outcome: outcomes.next().value as Outcome, replayed: false },
    ),
    changes: decision.changes,
    now,
    transactionId,
  };
}

const isShort = (outcome: Outcome) => !outcome.ok && outcome.refusal.code === 'insufficient_stock';

/** The answer to a call whose key is known; null when it must be decided. */
function replay({ idempotency }: Entry, known: ReadonlyMap<string, KnownKey>): Answer | null {
  const earlier = idempotency && known.get(nameOf(idempotency));
  if (!earlier) return null;
  return earlier.fingerprint === idempotency.fingerprint
    ? { outcome: earlier.outcome, replayed: true }
    : { outcome: keyReused(), replayed: false };
}

export function keyReused(): Outcome {
  return {
    ok: false,
    refusal: {
      code: 'idempotency_key_reused',
      detail: 'This idempotency key was used with another request. Use a new key for a new request.',
    },
  };
}

/** One string for caller, path and key. */
export function nameOf({ caller, path, key }: { caller: string; path: string; key: string }): string {
  return JSON.stringify([caller, path, key]);
}

function outcomesToKeep(entries: readonly Entry[], outcomes: readonly Outcome[]): KeptOutcome[] {
  const kept: KeptOutcome[] = [];
  for (const [index, { idempotency }] of entries.entries()) {
    const outcome = outcomes[index];
    if (!idempotency || !outcome) continue;
    if (outcome.ok || isKeptForReplay(outcome.refusal)) kept.push({ ...idempotency, outcome });
  }
  return kept;
}
