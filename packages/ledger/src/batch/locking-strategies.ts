import { databaseNow, type Transaction } from '@holdfast/db';
import type { Changes, Snapshot } from '@holdfast/domain';
import { decideBatch, type Decided } from './decide-batch.ts';
import type { Entry } from './entry.ts';
import { find, lockAndFind, lockFound, type Lockable } from './lock.ts';
import { readFor } from './read.ts';

/** How a batch keeps others from changing what it decides on (docs/decisions/0008). */
export type Locking = 'pessimistic' | 'optimistic';

/**
 * Comes to a decision that nothing can overtake before the transaction ends.
 *
 * @param dueHoldsMax how many due holds to look at for those of the wanted SKUs
 * @throws {Overtaken} somebody else was faster: roll back and try again
 */
type Strategy = (
  tx: Transaction,
  entries: readonly Entry[],
  dueHoldsMax: number,
) => Promise<Decided & { readonly sawAllDue: boolean }>;

/** What was read has changed before it could be locked: nothing was written, decide again. */
export class Overtaken extends Error {
  override name = 'Overtaken';
}

export const strategies: Readonly<Record<Locking, Strategy>> = {
  /** Locks, reads, decides. Whoever comes second waits. */
  async pessimistic(tx, entries, dueHoldsMax) {
    const found = await lockAndFind(tx, entries, dueHoldsMax);
    const reading = await readFor(tx, entries, found);
    return { ...decideBatch(entries, reading), sawAllDue: found.sawAllDue };
  },

  /**
   * Reads and decides; what changes nothing is answered without a lock, unless it may have been read askew. Then locks
   * all that it has read, and compares. If it is what it was, it is decided for good, at the time that it is then.
   */
  async optimistic(tx, entries, dueHoldsMax) {
    const found = await find(tx, entries, dueHoldsMax);
    const reading = await readFor(tx, entries, found);
    const glance = decideOnGlance(entries, reading);
    if (changesNothing(glance.changes) && !mayBeAskew(glance))
      return { ...glance, sawAllDue: found.sawAllDue };
    const snapshot = await lockUnchanged(tx, found.named, reading.snapshot);
    const now = await readTime(tx);
    return { ...decideBatch(entries, { ...reading, snapshot, now }), sawAllDue: found.sawAllDue };
  },
};

/** What is read without locks, by two statements, may not fit together; then it is read again. */
function decideOnGlance(...[entries, reading]: Parameters<typeof decideBatch>): Decided {
  try {
    return decideBatch(entries, reading);
  } catch (error) {
    throw new Overtaken('what was read does not fit together', { cause: error });
  }
}

function changesNothing(changes: Changes): boolean {
  return Object.values(changes).every(({ length }: readonly unknown[]) => length === 0);
}

/**
 * Levels are read before reservations and audits. A hold that is given back in between counts on its level still, and is over
 * already: so its stock would be there for nobody, and a refusal for want of it be wrong. What an audit finds wrong may
 * only have moved on.
 */
function mayBeAskew({ isShort, reading }: Decided): boolean {
  const { reservations, audits } = reading.snapshot;
  return (isShort && reservations.length > 0) || audits.length > 0;
}

/**
 * @returns what was read, without the due holds that somebody else is just giving back
 * @throws {Overtaken} when a level or a reservation is not what was read
 */
async function lockUnchanged(tx: Transaction, named: readonly string[], seen: Snapshot): Promise<Snapshot> {
  const locked = await lockFound(tx, { ...seen, named });
  const before = fingerprints(seen);
  for (const each of fingerprints(locked)) {
    if (!before.has(each)) throw new Overtaken('what was read has changed before it was locked');
  }
  const ours = new Set(locked.reservations.map(({ id }) => id));
  return { ...seen, reservations: seen.reservations.filter(({ id }) => ours.has(id)) };
}

/** Sequence and version would do for what the ledger writes; the rest tells of an outsider's UPDATE too. */
function fingerprints({ levels, reservations }: Lockable): Set<string> {
  return new Set([
    ...levels.map(({ sku, location, levelSeq, onHand, reserved, allocated, safetyStock }) =>
      JSON.stringify([sku, location, levelSeq, onHand, reserved, allocated, safetyStock]),
    ),
    ...reservations.map(({ id, version, status, expiresAt }) =>
      JSON.stringify([id, version, status, expiresAt]),
    ),
  ]);
}

async function readTime(tx: Transaction): Promise<number> {
  const [row] = await tx.$queryRaw<{ now: number }[]>`SELECT ${databaseNow} AS now`;
  if (!row) throw new Error('the clock answered nothing');
  return row.now;
}
