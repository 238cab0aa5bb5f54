import { sql, type Queryable, type Sql, type Transaction } from '@holdfast/db';
import { nameOf, type IdempotencyKey, type KeptOutcome } from './idempotency-key.ts';
import { KEY_LIFETIME } from './idempotency-retention-store.ts';
import { IdempotencyKeyReused, isRepeat } from './reused-key.ts';

/** Waits until no other transaction has the key, and has it until this one ends. */
export async function lockKey(tx: Transaction, key: IdempotencyKey): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${nameOf(key)}, 0))::text`;
}

/** The stored outcomes of these keys that are still honoured, as one JSON array of {@link KeptOutcome}. */
export function keptOutcomesAmong(keys: readonly IdempotencyKey[]): Sql {
  return sql`(
        SELECT coalesce(json_agg(known), '[]')
        FROM (
          SELECT caller, path, key, fingerprint, outcome
          FROM json_to_recordset(${JSON.stringify(keys)}::json) AS asked (caller text, path text, key text)
          JOIN idempotency_keys USING (caller, path, key)
          WHERE created_at > clock_timestamp() - ${KEY_LIFETIME}
        ) known
      )`;
}

/**
 * Stores the outcomes of keyed calls. Replaces outcomes of the same keys that are not honoured any more. An
 * outcome that is honoured still stays.
 */
export async function keepOutcomes(db: Queryable, outcomes: readonly KeptOutcome[]): Promise<void> {
  await db.$executeRaw`${keeping(outcomes)}`;
}

/**
 * The same for outcomes that depend on nothing but their keys: each is kept for itself.
 *
 * @param outcomes no two of one key
 * @returns the names (`nameOf`) of those that are kept. The others' keys have an outcome, which stays
 */
export async function keepNewOutcomes(
  db: Queryable,
  outcomes: readonly KeptOutcome[],
): Promise<ReadonlySet<string>> {
  if (outcomes.length === 0) return new Set();
  // Nearly always all are kept: then their names need not be sent back.
  const [row] = await db.$queryRaw<{ kept: { caller: string; path: string; key: string }[] | null }[]>`
    WITH kept AS (
      ${keeping(outcomes)}
      RETURNING caller, path, key
    )
    SELECT CASE
      WHEN (SELECT count(*) FROM kept) < ${outcomes.length}::integer
      THEN (SELECT coalesce(json_agg(kept), '[]') FROM kept)
    END AS kept`;
  return new Set((row?.kept ?? outcomes).map(nameOf));
}

/**
 * An INSERT, as a statement or a part of one. It returns the outcomes that it stored. Two transactions that
 * share keys wait for each other in the order of the keys.
 *
 * @param keptAt when they were decided, ISO 8601; when left out, the time of the statement
 */
export function keeping(outcomes: readonly KeptOutcome[], keptAt?: string): Sql {
  const at = keptAt === undefined ? sql`clock_timestamp()` : sql`${keptAt}::timestamptz`;
  return sql`
    INSERT INTO idempotency_keys AS known (caller, path, key, fingerprint, outcome, created_at)
    SELECT caller, path, key, fingerprint, outcome, ${at}
    FROM json_to_recordset(${JSON.stringify(outcomes)}::json) AS kept (
      caller text, path text, key text, fingerprint text, outcome json
    )
    ORDER BY caller, path, key
    ON CONFLICT (caller, path, key) DO UPDATE
    SET fingerprint = EXCLUDED.fingerprint, outcome = EXCLUDED.outcome, created_at = EXCLUDED.created_at
    WHERE known.created_at <= ${at} - ${KEY_LIFETIME}`;
}

/**
 * @returns null: nothing is kept for the key
 * @throws {IdempotencyKeyReused} when the key was used with another fingerprint
 */
export async function findOutcome<Outcome extends object>(
  db: Queryable,
  call: IdempotencyKey,
): Promise<Outcome | null> {
  const [row] = await db.$queryRaw<{ kept: KeptOutcome[] }[]>`
    SELECT ${keptOutcomesAmong([call])} AS kept`;
  const known = row?.kept[0];
  if (known && !isRepeat(call, known)) throw new IdempotencyKeyReused();
  return (known?.outcome ?? null) as Outcome | null;
}
