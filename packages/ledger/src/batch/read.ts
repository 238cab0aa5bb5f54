import {
  databaseNow,
  KEY_LIFETIME,
  reservationsAsJson,
  sql,
  type IdempotencyKey,
  type Transaction,
} from '@holdfast/db';
import {
  reservesIn,
  type Command,
  type Fulfillment,
  type Outcome,
  type Reservation,
  type Sku,
  type Snapshot,
} from '@holdfast/domain';
import { keysOf, type Entry } from './entry.ts';
import type { Found } from './lock.ts';

/** A key that an earlier call has used, with what that call was answered. */
export interface KnownKey extends IdempotencyKey {
  readonly outcome: Outcome;
}

/** All that a decision needs, read after the locks are held. */
export interface Reading {
  readonly snapshot: Snapshot;
  readonly now: number;
  /** Of this transaction: what to ask `pg_xact_status` for, should COMMIT's answer be lost. */
  readonly transactionId: string;
  readonly knownKeys: readonly KnownKey[];
}

/** Must be a statement of its own, after the locking ones: `clock_timestamp()` is then later than every wait. */
export async function readFor(tx: Transaction, entries: readonly Entry[], found: Found): Promise<Reading> {
  const commands = entries.map(({ command }) => command);
  const named = namedBy(commands);
  const keys = entries.flatMap(keysOf);
  const fulfillments = fulfillmentsNamedBy(commands);
  const [row] = await tx.$queryRaw<
    {
      now: number;
      transaction_id: string;
      skus: Sku[];
      locations: string[];
      reservations: Reservation[];
      fulfillments: Fulfillment[];
      known_keys: KnownKey[];
    }[]
  >`
    SELECT
      ${databaseNow} AS now,
      pg_current_xact_id()::text AS transaction_id,
      (
        SELECT coalesce(json_agg(json_build_object('sku', sku, 'maxPerReservation', max_per_reservation)), '[]')
        FROM skus
        WHERE sku = ANY(${named.skus}::text[])
      ) AS skus,
      (
        SELECT coalesce(json_agg(location), '[]')
        FROM locations
        WHERE location = ANY(${named.locations}::text[])
      ) AS locations,
      ${found.reservationIds.length > 0 ? reservationsAsJson(found.reservationIds) : sql`'[]'::json`} AS reservations,
      ${fulfillments.length > 0 ? knownFulfillments(fulfillments) : sql`'[]'::json`} AS fulfillments,
      ${keys.length > 0 ? knownAmong(keys) : sql`'[]'::json`} AS known_keys`;
  if (!row) throw new Error('the read statement answered nothing');
  return {
    snapshot: {
      skus: row.skus,
      locations: row.locations,
      levels: found.levels,
      reservations: row.reservations,
      fulfillments: row.fulfillments,
    },
    now: row.now,
    transactionId: row.transaction_id,
    knownKeys: row.known_keys,
  };
}

function namedBy(commands: readonly Command[]): { skus: string[]; locations: string[] } {
  const skus = new Set<string>();
  const locations = new Set<string>();
  for (const command of commands) {
    const targets =
      command.kind === 'set-stock' ? [command] : reservesIn(command).flatMap(({ lines }) => lines);
    for (const { sku, location } of targets) {
      skus.add(sku);
      if (location !== null) locations.add(location);
    }
  }
  return { skus: [...skus], locations: [...locations] };
}

function fulfillmentsNamedBy(commands: readonly Command[]): Omit<Fulfillment, 'parts'>[] {
  return commands.flatMap((command) =>
    command.kind === 'fulfill' && command.fulfillmentId !== null
      ? [{ reservationId: command.reservationId, fulfillmentId: command.fulfillmentId }]
      : [],
  );
}

function knownFulfillments(asked: readonly Omit<Fulfillment, 'parts'>[]) {
  return sql`(
        SELECT coalesce(json_agg(json_build_object(
          'reservationId', known.reservation_id,
          'fulfillmentId', known.fulfillment_id,
          'parts', known.parts
        )), '[]')
        FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked ("reservationId" uuid, "fulfillmentId" text)
        JOIN reservation_fulfillments known
          ON known.reservation_id = asked."reservationId"
          AND known.fulfillment_id = asked."fulfillmentId"
      )`;
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
