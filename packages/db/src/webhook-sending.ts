import { sql, type Database, type Queryable, type Sql, type Transaction } from './client.ts';
import { isoTime } from './iso-time.ts';
import { letHeadsGo, lockWebhook } from './webhook-queue.ts';

/** Where an endpoint's events go, and where it stands. */
interface WebhookTarget {
  readonly url: string;
  readonly types: readonly string[] | null;
  /** Those that are valid now, the newest first. */
  readonly secrets: readonly string[];
  readonly cursor: number;
  readonly failuresInARow: number;
  /** 0: it does not rest. */
  readonly restsForMs: number;
}

/** How a delivery stands after a round. Times are distances from now. */
interface DeliveryStanding {
  readonly state: 'pending' | 'succeeded' | 'failed';
  readonly status: number | null;
  readonly error: string | null;
  /** Null: it waits for those before it, or has ended. */
  readonly retryInMs: number | null;
  /** Null: nothing was sent. */
  readonly beganMsAgo: number | null;
}

interface NewDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderingKey: string;
  readonly standing: DeliveryStanding;
}

interface TriedDelivery {
  readonly id: string;
  readonly orderingKey: string;
  readonly attemptsBefore: number;
  readonly standing: DeliveryStanding;
}

interface WebhookHealth {
  /** What was called. */
  readonly url: string;
  readonly failuresInARow: number;
  readonly restMs: number | null;
  readonly recovered: boolean;
  readonly disabledReason: string | null;
}

/** A delivery that is due, or behind one in its queue. */
interface OpenDelivery {
  readonly id: string;
  readonly orderingKey: string;
  readonly eventId: string;
  readonly attempts: number;
  readonly sinceFirstMs: number;
  /** Null: it is past its retention, or never was in the table. */
  readonly event: {
    readonly id: string;
    readonly type: string;
    readonly subject: string;
    readonly time: string;
    readonly reservationId: string | null;
    readonly data: unknown;
    readonly changed: unknown;
  } | null;
  readonly sample: unknown;
}

const ERROR_MAX_CHARS = 500;
/** Queues of which something is taken at once, and how much of each. */
const QUEUES_MAX = 100;
const OF_QUEUE_MAX = 10;

const isDue = (endpointId: string): Sql => sql`
  endpoint_id = ${endpointId}::uuid
  AND state = 'pending'
  AND next_attempt_at <= statement_timestamp()`;

const milliseconds = (interval: Sql): Sql => sql`(extract(epoch FROM ${interval}) * 1000)::float8`;

/**
 * Up to where an endpoint has events. Null: it wants none, as it is disabled or rests; and after a rest it does not want any
 * until one of those that are due has got through.
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
          AND NOT EXISTS (SELECT FROM webhook_deliveries WHERE ${isDue(endpointId)})
        )
      )`;
  return row?.cursor ?? null;
}

/** Null: disabled, or not there. */
export async function readWebhookTarget(db: Queryable, endpointId: string): Promise<WebhookTarget | null> {
  const [target] = await db.$queryRaw<WebhookTarget[]>`
    SELECT
      url,
      types,
      CASE
        WHEN previous_secret_until > statement_timestamp() THEN ARRAY[secret, previous_secret]
        ELSE ARRAY[secret]
      END AS secrets,
      cursor::float8 AS cursor,
      failures_in_a_row AS "failuresInARow",
      GREATEST(0, ${milliseconds(sql`resting_until - statement_timestamp()`)}) AS "restsForMs"
    FROM webhook_endpoints
    WHERE id = ${endpointId}::uuid
      AND enabled`;
  return target ?? null;
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

/** What is due, queue by queue: its head, and up to nine behind it. Test calls go first: somebody waits for them. */
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
          'changed', events.changed
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

/** In how many milliseconds the endpoint may be called again for what it has not got; null: nothing waits, or it may not. */
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

/**
 * Writes what became of the next events of the feed, in the order of their ids, and moves the cursor, if it is still where it was.
 *
 * @returns false: somebody else has moved it, and nothing was written
 */
export async function settlePublished(
  { prisma }: Database,
  endpointId: string,
  cursor: { readonly from: number; readonly to: number },
  deliveries: readonly NewDelivery[],
  health: WebhookHealth | null,
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const moved = await tx.$executeRaw`
      UPDATE webhook_endpoints
      SET cursor = ${cursor.to}::bigint
      WHERE id = ${endpointId}::uuid
        AND cursor = ${cursor.from}::bigint`;
    if (moved === 0) return false;
    if (deliveries.length > 0) await insertDeliveries(tx, endpointId, deliveries);
    const waiting = deliveries.filter(({ standing }) => standing.beganMsAgo === null);
    if (waiting.length > 0) await letHeadsGo(tx, endpointId, keysOf(waiting));
    if (health) await writeHealth(tx, endpointId, health);
    return true;
  });
}

/** Writes what became of deliveries that were due, but for those that somebody else has tried meanwhile. A success counts always. */
export async function settleTried(
  { prisma }: Database,
  endpointId: string,
  deliveries: readonly TriedDelivery[],
  health: WebhookHealth | null,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    if (!(await lockWebhook(tx, endpointId))) return;
    await tx.$executeRaw`
      UPDATE webhook_deliveries
      SET
        state = tried.state,
        attempts = attempts + 1,
        last_status = tried.status,
        last_error = tried.error,
        next_attempt_at = ${RETRY_AT},
        first_attempt_at = coalesce(first_attempt_at, ${BEGAN_AT}),
        last_attempt_at = coalesce(${BEGAN_AT}, last_attempt_at),
        finished_at = ${finishedAt(sql`tried.state`)}
      FROM json_to_recordset(${rowsOf(deliveries)}::json) AS tried (
        id uuid, "attemptsBefore" integer, ${STANDING}
      )
      WHERE webhook_deliveries.id = tried.id
        AND webhook_deliveries.state = 'pending'
        AND (attempts = "attemptsBefore" OR tried.state = 'succeeded')`;
    await letHeadsGo(tx, endpointId, keysOf(deliveries));
    if (health) await writeHealth(tx, endpointId, health);
  });
}

const STANDING: Sql = sql`
  state text, status integer, error text, "retryInMs" float8, "beganMsAgo" float8`;
const RETRY_AT: Sql = sql`clock_timestamp() + "retryInMs" * interval '1 millisecond'`;
const BEGAN_AT: Sql = sql`clock_timestamp() - "beganMsAgo" * interval '1 millisecond'`;
const finishedAt = (state: Sql): Sql => sql`CASE WHEN ${state} <> 'pending' THEN clock_timestamp() END`;

const rowsOf = (deliveries: readonly (NewDelivery | TriedDelivery)[]): string =>
  JSON.stringify(
    deliveries.map(({ standing, ...rest }) => ({
      ...rest,
      ...standing,
      error: standing.error?.slice(0, ERROR_MAX_CHARS) ?? null,
    })),
  );

const keysOf = (deliveries: readonly { readonly orderingKey: string }[]): readonly string[] => [
  ...new Set(deliveries.map(({ orderingKey }) => orderingKey)),
];

async function insertDeliveries(
  tx: Transaction,
  endpointId: string,
  deliveries: readonly NewDelivery[],
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO webhook_deliveries (
      id, endpoint_id, event_id, event_type, ordering_key, cause, state, attempts, last_status, last_error,
      next_attempt_at, first_attempt_at, last_attempt_at, finished_at
    )
    SELECT
      id, ${endpointId}::uuid, "eventId", "eventType", "orderingKey", 'event', state,
      CASE WHEN "beganMsAgo" IS NULL THEN 0 ELSE 1 END, status, error,
      ${RETRY_AT}, ${BEGAN_AT}, ${BEGAN_AT}, ${finishedAt(sql`state`)}
    FROM json_to_recordset(${rowsOf(deliveries)}::json) AS sent (
      id uuid, "eventId" uuid, "eventType" text, "orderingKey" text, ${STANDING}
    )
    ORDER BY id`;
}

async function writeHealth(tx: Transaction, endpointId: string, health: WebhookHealth): Promise<void> {
  // What was learnt of another URL says nothing of the one that it has by now.
  await tx.$executeRaw`
    UPDATE webhook_endpoints
    SET
      failures_in_a_row = ${health.failuresInARow}::integer,
      resting_until = clock_timestamp() + ${health.restMs}::integer * interval '1 millisecond',
      enabled = enabled AND ${health.disabledReason}::text IS NULL,
      disabled_reason = coalesce(disabled_reason, ${health.disabledReason}::text)
    WHERE id = ${endpointId}::uuid
      AND url = ${health.url}`;
  if (!health.recovered) return;
  await tx.$executeRaw`
    UPDATE webhook_deliveries
    SET next_attempt_at = clock_timestamp()
    WHERE endpoint_id = ${endpointId}::uuid
      AND state = 'pending'
      AND next_attempt_at > clock_timestamp()`;
}
