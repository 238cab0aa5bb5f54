import { databaseNow, KEY_LIFETIME, sql, type IdempotencyKey, type Sql } from '@holdfast/db';
import { levelsNamedBy, reservesIn, type Command, type Outcome, type Sku } from '@holdfast/domain';
import { commandsOf, keysOf, type Entry } from './entry.ts';

/** A key that an earlier call has used, with what that call was answered. */
export interface KnownKey extends IdempotencyKey {
  readonly outcome: Outcome;
}

/** What a decision needs besides levels and reservations. */
export interface Context {
  /** Epoch milliseconds, by the database's clock, read after the locks are held. */
  readonly now: number;
  /** Of this transaction: what to ask `pg_xact_status` for, should COMMIT's answer be lost. */
  readonly transactionId: string;
  readonly knownKeys: readonly KnownKey[];
  readonly skus: readonly Sku[];
  readonly locations: readonly string[];
}

/**
 * A {@link Context} as one JSON value. Must be evaluated after the locks are held: `clock_timestamp()` is then later than
 * every wait. A key that somebody else takes meanwhile may be missing: the write notices (`KeyTaken`).
 */
export function contextOf(entries: readonly Entry[]): Sql {
  const named = namedBy(commandsOf(entries));
  const keys = entries.flatMap(keysOf);
  return sql`json_build_object(
      'now', ${databaseNow},
      'transactionId', pg_current_xact_id()::text,
      'skus', (
        SELECT coalesce(json_agg(json_build_object('sku', sku, 'maxPerReservation', max_per_reservation)), '[]')
        FROM skus
        WHERE sku = ANY(${named.skus}::text[])
      ),
      'locations', (
        SELECT coalesce(json_agg(location), '[]')
        FROM locations
        WHERE location = ANY(${named.locations}::text[])
      ),
      'knownKeys', ${keys.length > 0 ? knownAmong(keys) : sql`'[]'::json`}
    )`;
}

function namedBy(commands: readonly Command[]): { skus: string[]; locations: string[] } {
  const skus = new Set<string>();
  const locations = new Set<string>();
  for (const command of commands) {
    const isRefusedByName = command.kind === 'set-stock' || command.kind === 'adjust-stock';
    const targets = isRefusedByName
      ? levelsNamedBy(command)
      : reservesIn(command).flatMap(({ lines }) => lines);
    for (const { sku, location } of targets) {
      skus.add(sku);
      if (location !== null) locations.add(location);
    }
  }
  return { skus: [...skus], locations: [...locations] };
}

function knownAmong(keys: readonly IdempotencyKey[]) {
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
