import { withTimeLimit, type Database, type Queryable, type Transaction } from '@holdfast/db';
import type { IdempotencyKey } from './idempotency-key.ts';
import { findOutcome, keepOutcomes, lockKey } from './idempotency-store.ts';

// For calls that do not go through the ledger, which keeps the keys of a batch with its other rows.

/** The outcome of a keyed call. */
interface Done<Outcome> {
  readonly outcome: Outcome;
  /** Whether the outcome is that of an earlier call with the same key. */
  readonly replayed: boolean;
}

/**
 * The stored outcome, which is replayed. It never contains a secret: a secret is shown once. The caller of
 * `doOnce` adds it to the first answer.
 */
type Keepable = object & { readonly secret?: never };

/**
 * Does `work` once for a key: its outcome is kept in the same transaction, and a repeat gets it. Without a
 * key it is simply done.
 *
 * @param timeLimitMs for all of it, with the wait for a key in flight; when left out, what any transaction
 * may take
 * @throws {IdempotencyKeyReused} when the key was used with another fingerprint
 */
export async function doOnce<Outcome extends Keepable>(
  database: Database,
  call: IdempotencyKey | null,
  work: (tx: Transaction) => Promise<Outcome>,
  { timeLimitMs }: { readonly timeLimitMs?: number } = {},
): Promise<Done<Outcome>> {
  const once = async (tx: Transaction) => {
    if (call) await lockKey(tx, call);
    return doAndKeep(tx, call, () => work(tx));
  };
  return timeLimitMs === undefined
    ? database.prisma.$transaction(once)
    : withTimeLimit(database, timeLimitMs, once);
}

/**
 * For work that has one effect even if it is repeated, and takes too long for one transaction. Looks for a
 * stored outcome, works, then stores the outcome: a repeat gets the same one. Two that ask at the same moment
 * may both work; the outcome of the first is kept. An error of the work is not stored.
 *
 * @throws {IdempotencyKeyReused} when the key was used with another fingerprint
 */
export async function doAndKeep<Outcome extends Keepable>(
  db: Queryable,
  call: IdempotencyKey | null,
  work: () => Promise<Outcome>,
): Promise<Done<Outcome>> {
  if (!call) return { outcome: await work(), replayed: false };
  const kept = await findOutcome<Outcome>(db, call);
  if (kept) return { outcome: kept, replayed: true };
  const outcome = await work();
  await keepOutcomes(db, [{ ...call, outcome }]);
  return { outcome, replayed: false };
}
