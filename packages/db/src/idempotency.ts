import { sql, type Database, type Queryable, type Sql, type Transaction } from './client.ts';
import { withTimeLimit } from './time-limit.ts';

/** How long a key is honoured (contract.md). */
export const KEY_LIFETIME: Sql = sql`interval '24 hours'`;

/** Names a call for ever: whose, which path, which key, and what was asked with it. */
export interface IdempotencyKey {
  /** The caller's key *name*, so that two callers' keys never meet. */
  readonly caller: string;
  readonly path: string;
  readonly key: string;
  /** Of the parsed request without the key. The same key with another fingerprint is refused. */
  readonly fingerprint: string;
}

/** The key was used with another request. */
export class IdempotencyKeyReused extends Error {
  override name = 'IdempotencyKeyReused';
}

/**
 * For calls that do not go through the ledger, which keeps its own outcomes. Does `work` once for a key: its outcome is
 * kept in the same transaction, and a repeat gets it. Without a key it is simply done.
 *
 * @param timeLimitMs for all of it, with the wait for a key in flight; when left out, what any transaction may take
 * @throws {IdempotencyKeyReused} when the key was used with another fingerprint
 */
export async function doOnce<Outcome extends object>(
  database: Database,
  call: IdempotencyKey | null,
  work: (tx: Transaction) => Promise<Outcome>,
  { timeLimitMs }: { readonly timeLimitMs?: number } = {},
): Promise<{ outcome: Outcome; replayed: boolean }> {
  const once = async (tx: Transaction) => {
    if (!call) return { outcome: await work(tx), replayed: false };
    // Whoever comes second waits here until the first is done.
    await tx.$queryRaw`
      SELECT pg_advisory_xact_lock(hashtextextended(${JSON.stringify([call.caller, call.path, call.key])}, 0))::text`;
    const kept = await findOutcome<Outcome>(tx, call);
    if (kept) return { outcome: kept, replayed: true };
    const outcome = await work(tx);
    await keepOutcome(tx, call, outcome);
    return { outcome, replayed: false };
  };
  return timeLimitMs === undefined
    ? database.prisma.$transaction(once)
    : withTimeLimit(database, timeLimitMs, once);
}

/**
 * For work that is done once by itself, whatever key it is asked with, and takes too long to be waited for in a transaction:
 * look first, work, then keep. Two that ask at the same moment may both work; the outcome of the first is kept.
 *
 * @returns null: nothing is kept for the key
 * @throws {IdempotencyKeyReused} when the key was used with another fingerprint
 */
export async function findOutcome<Outcome extends object>(
  db: Queryable,
  call: IdempotencyKey,
): Promise<Outcome | null> {
  const [known] = await db.$queryRaw<{ fingerprint: string; outcome: Outcome }[]>`
    SELECT fingerprint, outcome
    FROM idempotency_keys
    WHERE caller = ${call.caller}
      AND path = ${call.path}
      AND key = ${call.key}
      AND created_at > clock_timestamp() - ${KEY_LIFETIME}`;
  if (known && known.fingerprint !== call.fingerprint) throw new IdempotencyKeyReused();
  return known?.outcome ?? null;
}

/** Keeps an outcome for its key, in place of one whose time is over. One that is honoured still stays. */
export async function keepOutcome(db: Queryable, call: IdempotencyKey, outcome: object): Promise<void> {
  await db.$executeRaw`
    INSERT INTO idempotency_keys AS kept (caller, path, key, fingerprint, outcome, created_at)
    VALUES (
      ${call.caller}, ${call.path}, ${call.key}, ${call.fingerprint}, ${JSON.stringify(outcome)}::json,
      clock_timestamp()
    )
    ON CONFLICT (caller, path, key) DO UPDATE
    SET fingerprint = EXCLUDED.fingerprint, outcome = EXCLUDED.outcome, created_at = EXCLUDED.created_at
    WHERE kept.created_at <= clock_timestamp() - ${KEY_LIFETIME}`;
}
