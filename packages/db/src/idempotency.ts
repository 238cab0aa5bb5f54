import { sql, type Database, type Sql, type Transaction } from './client.ts';
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
    const [known] = await tx.$queryRaw<{ fingerprint: string; outcome: Outcome }[]>`
      SELECT fingerprint, outcome
      FROM idempotency_keys
      WHERE caller = ${call.caller}
        AND path = ${call.path}
        AND key = ${call.key}
        AND created_at > clock_timestamp() - ${KEY_LIFETIME}`;
    if (known) {
      if (known.fingerprint !== call.fingerprint) throw new IdempotencyKeyReused();
      return { outcome: known.outcome, replayed: true };
    }
    const outcome = await work(tx);
    await tx.$executeRaw`
      INSERT INTO idempotency_keys (caller, path, key, fingerprint, outcome, created_at)
      VALUES (
        ${call.caller}, ${call.path}, ${call.key}, ${call.fingerprint}, ${JSON.stringify(outcome)}::json,
        clock_timestamp()
      )
      ON CONFLICT (caller, path, key) DO UPDATE
      SET fingerprint = EXCLUDED.fingerprint, outcome = EXCLUDED.outcome, created_at = EXCLUDED.created_at`;
    return { outcome, replayed: false };
  };
  return timeLimitMs === undefined
    ? database.prisma.$transaction(once)
    : withTimeLimit(database, timeLimitMs, once);
}
