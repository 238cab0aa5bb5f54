import { sql, type Queryable, type Sql, isoTime } from '@holdfast/db';
import type { StoredEvent } from '@holdfast/events';
import { SecretUnreadable, type SecretCipher } from './secret-cipher.ts';

/** An enabled endpoint, as read before a send. */
export interface WebhookTarget {
  readonly url: string;
  /** Null: all. */
  readonly types: readonly string[] | null;
  /** Those that are valid now, the newest first. */
  readonly secrets: readonly string[];
  /** The position of the last event that it has been given, or that it has a delivery for. */
  readonly cursor: number;
  readonly failuresInARow: number;
  /** 0: it does not rest. */
  readonly restsForMs: number;
}

/** A delivery whose turn has come, or whose turn comes when one before it has succeeded. */
export interface OpenDelivery {
  readonly id: string;
  readonly orderingKey: string;
  readonly eventId: string;
  /** Attempts so far. */
  readonly attempts: number;
  /** Since the first of them; 0: there was none. */
  readonly sinceFirstMs: number;
  /** Null: the event is past its retention, or it is not of the feed. */
  readonly event: Omit<StoredEvent, 'position'> | null;
  /** A whole CloudEvent that stands in no feed: a test call's. */
  readonly sample: unknown;
}

/** Queues of which something is taken at once, and how much of each. */
const QUEUES_MAX = 100;
const OF_QUEUE_MAX = 10;

const isDue = (endpointId: string): Sql => sql`
  endpoint_id = ${endpointId}::uuid
  AND state = 'pending'
  AND next_attempt_at <= statement_timestamp()`;

const milliseconds = (interval: Sql): Sql => sql`(extract(epoch FROM ${interval}) * 1000)::float8`;

/**
 * Up to where an endpoint has events. Null: the endpoint is disabled or rests. After a rest it gets
 * alternately a due delivery, test calls first, and the next event. So an endpoint that is down gets few new
 * events, and one that refuses some permanently gets new ones before these are given up.
 */
export async function readWebhookProgress(db: Queryable, endpointId: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ cursor: number }[]>`
    SELECT cursor::float8 AS cursor
    FROM webhook_endpoints
    WHERE id = ${endpointId}::uuid
      AND enabled
      AND (
        resting_until IS NULL
        OR (
          resting_until <= statement_timestamp()
          AND NOT EXISTS (
            SELECT
            FROM webhook_deliveries
            WHERE ${isDue(endpointId)}
              AND (failures_in_a_row % 2 = 1 OR cause = 'test')
          )
        )
      )`;
  return row?.cursor ?? null;
}

type StoredTarget = Omit<WebhookTarget, 'secrets'> & {
  readonly secret: string;
  readonly previousSecret: string | null;
};

/**
 * Null: disabled, or not there.
 * @throws {SecretUnreadable} when its secret was encrypted with a key that this process does not have
 */
export async function readWebhookTarget(
  db: Queryable,
  cipher: SecretCipher,
  endpointId: string,
): Promise<WebhookTarget | null> {
  const [row] = await db.$queryRaw<StoredTarget[]>`
    SELECT
      url,
      types,
      secret,
      CASE WHEN previous_secret_until > statement_timestamp() THEN previous_secret END AS "previousSecret",
      cursor::float8 AS cursor,
      failures_in_a_row AS "failuresInARow",
      GREATEST(0, ${milliseconds(sql`resting_until - statement_timestamp()`)}) AS "restsForMs"
    FROM webhook_endpoints
    WHERE id = ${endpointId}::uuid
      AND enabled`;
  if (!row) return null;
  const { secret, previousSecret, ...target } = row;
  const previous = previousSecret === null ? null : readableOrNull(cipher, previousSecret, endpointId);
  return {
    ...target,
    secrets: [cipher.decrypt(secret, endpointId), ...(previous === null ? [] : [previous])],
  };
}

/** Null: its encryption key was lost. A rotation of the secret corrects this. The new secret signs alone. */
function readableOrNull(cipher: SecretCipher, stored: string, endpointId: string): string | null {
  try {
    return cipher.decrypt(stored, endpointId);
  } catch (error) {
    if (error instanceof SecretUnreadable) return null;
    throw error;
  }
}

/** Those of the keys whose queue is not empty. */
export async function readOpenKeys(
  db: Queryable,
  endpointId: string,
  orderingKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ key: string }[]>`
    SELECT wanted.key
    FROM unnest(${orderingKeys}::text[]) AS wanted (key)
    WHERE EXISTS (
      SELECT
      FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId}::uuid
        AND state = 'pending'
        AND ordering_key = wanted.key
    )`;
  return new Set(rows.map(({ key }) => key));
}

/** Due deliveries of each queue: its head, and up to nine behind it. Test calls go first: a person waits. */
export async function readDueDeliveries(db: Queryable, endpointId: string): Promise<readonly OpenDelivery[]> {
  return db.$queryRaw<OpenDelivery[]>`
    WITH due AS MATERIALIZED (
      SELECT ordering_key, bool_or(cause = 'test') AS is_test, min(next_attempt_at) AS due_at
      FROM webhook_deliveries
      WHERE ${isDue(endpointId)}
      GROUP BY ordering_key
      ORDER BY is_test DESC, due_at, ordering_key
      LIMIT ${QUEUES_MAX}::integer
    )
    SELECT
      open.id,
      open.ordering_key AS "orderingKey",
      open.event_id AS "eventId",
      open.attempts,
      coalesce(${milliseconds(sql`statement_timestamp() - open.first_attempt_at`)}, 0) AS "sinceFirstMs",
      CASE
        WHEN events.id IS NOT NULL THEN json_build_object(
          'id', events.id,
          'type', events.type,
          'subject', events.subject,
          'time', ${isoTime(sql`events.time`)},
          'reservationId', events.reservation_id,
          'data', events.data,
          'changed', events.changed,
          'requestId', events.request_id,
          'traceparent', events.traceparent
        )
      END AS event,
      open.event AS sample
    FROM due
    CROSS JOIN LATERAL (
      SELECT *
      FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId}::uuid
        AND state = 'pending'
        AND ordering_key = due.ordering_key
      ORDER BY ordinal
      LIMIT ${OF_QUEUE_MAX}::integer
    ) open
    LEFT JOIN events ON events.id = open.event_id
    ORDER BY due.is_test DESC, due.due_at, due.ordering_key, open.ordinal`;
}

/** Milliseconds until the endpoint may be called again for waiting deliveries; null: nothing waits. */
export async function readNextDueMs(db: Queryable, endpointId: string): Promise<number | null> {
  const [row] = await db.$queryRaw<{ ms: number | null }[]>`
    SELECT ${milliseconds(sql`
      CASE
        WHEN resting_until > statement_timestamp() THEN resting_until
        ELSE (
          SELECT min(next_attempt_at)
          FROM webhook_deliveries
          WHERE endpoint_id = ${endpointId}::uuid
            AND state = 'pending'
        )
      END - statement_timestamp()`)} AS ms
    FROM webhook_endpoints
    WHERE id = ${endpointId}::uuid
      AND enabled`;
  const ms = row?.ms ?? null;
  return ms === null ? null : Math.max(0, Math.ceil(ms));
}
