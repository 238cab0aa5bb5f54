import { type SqlRunner } from '@holdfast/db';
import { databaseNow } from '@holdfast/reservations';
import { nameOfLevel, type Changes, type Snapshot, type Targets } from '@holdfast/domain';
import { lockCustomerUnits, readCustomerUnits } from './customer-counters.ts';
import { decideBatch, type Decided } from './decide-batch.ts';
import type { Batch } from './entry.ts';
import { find, lockAndFind, lockFound, type HowToFind, type Lockable } from './lock-order.ts';
import { readFor } from './read.ts';
import { readLine, skusToCount } from './waiting-line.ts';

/** How a batch keeps others from changing what it decides on (docs/decisions/0008). */
export type Locking = 'pessimistic' | 'optimistic';

/** Decides so that nothing can overtake it before the transaction ends. `overtaken`: roll back, try again. */
type Strategy = (tx: SqlRunner, batch: Batch, how: HowToFind) => Promise<Decided | 'overtaken'>;

export const strategies = {
  /** Locks, reads, decides. The second batch waits. */
  async pessimistic(tx: SqlRunner, batch: Batch, how: HowToFind): Promise<Decided | 'overtaken'> {
    const found = await lockAndFind(tx, batch, how);
    if (found.wasOvertaken) return 'overtaken';
    const { snapshot, ...reading } = await readFor(tx, batch, found);
    if (lacksNewLevel(batch.targets, snapshot)) return 'overtaken';
    const customerUnits = await lockCustomerUnits(tx, batch, snapshot);
    return decideBatch(batch.entries, { ...reading, snapshot: { ...snapshot, customerUnits } });
  },

  /**
   * Reads and decides; what changes nothing is answered without a lock, unless it may be inconsistent. Then
   * locks all that it has read, and compares. If nothing has changed, the final decision is made, at the time
   * that is read then.
   */
  async optimistic(tx: SqlRunner, batch: Batch, how: HowToFind) {
    const found = await find(tx, batch, how);
    const seen = await readFor(tx, batch, found);
    const units = await readCustomerUnits(tx, batch, seen.snapshot);
    const reading = { ...seen, snapshot: { ...seen.snapshot, customerUnits: units } };
    const unlocked = decideUnlocked(batch.entries, reading);
    if (unlocked === 'overtaken') return 'overtaken';
    if (changesNothing(unlocked.changes) && !mayBeInconsistent(unlocked)) return unlocked;
    if (lacksNewLevel(batch.targets, reading.snapshot)) return 'overtaken';
    const snapshot = await lockUnchanged(tx, found.named, reading.snapshot);
    if (snapshot === 'overtaken') return 'overtaken';
    const now = await readTime(tx);
    if (await hasLineMoved(tx, batch, found.named, snapshot, now)) return 'overtaken';
    const locked = await lockCustomerUnits(tx, batch, seen.snapshot);
    if (JSON.stringify(locked) !== JSON.stringify(units)) return 'overtaken';
    return decideBatch(batch.entries, { ...reading, snapshot, now });
  },
} satisfies Readonly<Record<Locking, Strategy>>;

/**
 * Whether a level that was there to be locked has gone with its SKU or location, or these have come into
 * being since: the next try finds either all of them or none.
 */
function lacksNewLevel(
  { newLevels, catalogue }: Targets,
  { skus, locations, levels }: Pick<Snapshot, 'skus' | 'locations' | 'levels'>,
): boolean {
  if (newLevels.length === 0 || catalogue.length === 0) return false;
  const knownSkus = new Set(skus.map(({ sku }) => sku));
  const knownLocations = new Set(locations);
  const found = new Set(levels.map(nameOfLevel));
  return newLevels.some(
    (level) =>
      knownSkus.has(level.sku) && knownLocations.has(level.location) && !found.has(nameOfLevel(level)),
  );
}

/** What is read without locks, by two statements, may not fit together; then it is read again. */
function decideUnlocked(...[entries, reading]: Parameters<typeof decideBatch>): Decided | 'overtaken' {
  try {
    return decideBatch(entries, reading);
  } catch {
    return 'overtaken';
  }
}

function changesNothing(changes: Changes): boolean {
  return Object.values(changes).every(({ length }: readonly unknown[]) => length === 0);
}

/**
 * Levels are read before reservations and audits. A hold that is given back in between counts on its level
 * still, and is over already: so its stock would be available to no command, and a refusal for lack of it
 * would be wrong. What an audit finds wrong may only have moved on.
 */
function mayBeInconsistent({ isShort, reading }: Decided): boolean {
  const { reservations, audits } = reading.snapshot;
  return (isShort && reservations.length > 0) || audits.length > 0;
}

/**
 * @returns what was read, without the due holds that another session is giving back. `overtaken`: a level
 *   or a reservation is not what was read
 */
async function lockUnchanged(
  tx: SqlRunner,
  named: readonly string[],
  seen: Snapshot,
): Promise<Snapshot | 'overtaken'> {
  const locked = await lockFound(tx, { ...seen, named });
  // A level that has gone, with its SKU or location, is not among those that were locked.
  if (locked.levels.length < seen.levels.length) return 'overtaken';
  const before = fingerprints(seen);
  for (const each of fingerprints(locked)) {
    if (!before.has(each)) return 'overtaken';
  }
  const ours = new Set(locked.reservations.map(({ id }) => id));
  return { ...seen, reservations: seen.reservations.filter(({ id }) => ours.has(id)) };
}

/** Sequence and version would do for what the ledger writes; the rest detects an outsider's UPDATE too. */
function fingerprints({ levels, reservations }: Lockable): Set<string> {
  return new Set([
    ...levels.map((level) => {
      const { sku, location, levelSeq, onHand, reserved, allocated, safetyStock, backorderLimit } = level;
      return JSON.stringify([
        sku,
        location,
        levelSeq,
        onHand,
        reserved,
        allocated,
        safetyStock,
        backorderLimit,
      ]);
    }),
    ...reservations.map(({ id, version, status, expiresAt }) =>
      JSON.stringify([id, version, status, expiresAt]),
    ),
  ]);
}

/**
 * Whether the line is another than was read. One that has joined it where it was empty is noticed when a
 * promise is written (overtaken.ts).
 */
async function hasLineMoved(
  tx: SqlRunner,
  { targets }: Batch,
  named: readonly string[],
  { levels, reservations, blockers, waiters }: Snapshot,
  now: number,
): Promise<boolean> {
  const skus = skusToCount(targets, reservations);
  if (blockers.length + skus.length === 0) return false;
  const line = await readLine(tx, { levels, named, skus }, now);
  return JSON.stringify(line) !== JSON.stringify({ blockers, waiters });
}

async function readTime(tx: SqlRunner): Promise<number> {
  const [row] = await tx.$queryRaw<{ now: number }[]>`SELECT ${databaseNow} AS now`;
  if (!row) throw new Error('the clock returned no row');
  return row.now;
}
