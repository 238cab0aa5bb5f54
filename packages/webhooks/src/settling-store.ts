import { sql, type Database, type Sql, type Transaction } from '@holdfast/db';
import { hastenRetries, letHeadsGo, lockWebhook } from './delivery-queue-store.ts';

/** How a delivery stands. Times are relative, as only the database's clock counts. */
export interface Standing {
  /** `failed`: it was given up. */
  readonly state: 'pending' | 'succeeded' | 'failed';
  /** The last answer's; null: there was none. */
  readonly status: number | null;
  readonly error: string | null;
  /** The beginning of the last answer; null: there was none that can be read. */
  readonly response: string | null;
  /** For a pending delivery: the time until the next attempt. Null: it waits for those before it. */
  readonly retryInMs: number | null;
  /** How long ago the attempt began; null: there was none. */
  readonly beganMsAgo: number | null;
}

/** An event that an endpoint has a delivery for from now on. */
export interface NewDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderingKey: string;
  readonly standing: Standing;
}

export interface SettledDelivery {
  readonly id: string;
  readonly orderingKey: string;
  /** The number of earlier attempts, which differs if another job has tried it. */
  readonly attemptsBefore: number;
  readonly standing: Standing;
}

/** What the attempts say about the endpoint itself. Null: nothing was sent, so nothing is known. */
export interface EndpointHealth {
  /** What was called. */
  readonly url: string;
  readonly failuresInARow: number;
  /** Null: it does not rest. */
  readonly restMs: number | null;
  /** It had rested, and answers again: deliveries that wait for a later time are tried now. */
  readonly recovered: boolean;
  /** Why it is to be disabled; null: it is not. */
  readonly disabledReason: string | null;
}

const ERROR_MAX_CHARS = 500;

/**
 * Writes the results of the next events of the feed, and moves the cursor, unless another job has moved it.
 */
export async function settlePublished(
  { prisma }: Database,
  endpointId: string,
  cursor: { readonly from: number; readonly to: number },
  deliveries: readonly NewDelivery[],
  health: EndpointHealth | null,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const moved = await tx.$executeRaw`
      UPDATE webhook_endpoints
      SET cursor = ${cursor.to}::bigint
      WHERE id = ${endpointId}::uuid
        AND cursor = ${cursor.from}::bigint`;
    if (moved === 0) return;
    if (deliveries.length > 0) await insertDeliveries(tx, endpointId, deliveries);
    const waiting = deliveries.filter(({ standing }) => standing.beganMsAgo === null);
    if (waiting.length > 0) await letHeadsGo(tx, endpointId, keysOf(waiting));
    if (health) await writeHealth(tx, endpointId, health);
  });
}

/** Writes the results of due deliveries. If another job has tried one meanwhile, only a success counts. */
export async function settleTried(
  { prisma }: Database,
  endpointId: string,
  deliveries: readonly SettledDelivery[],
  health: EndpointHealth | null,
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
        response = tried.response,
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
  state text, status integer, error text, response text, "retryInMs" float8, "beganMsAgo" float8`;
const RETRY_AT: Sql = sql`clock_timestamp() + "retryInMs" * interval '1 millisecond'`;
const BEGAN_AT: Sql = sql`clock_timestamp() - "beganMsAgo" * interval '1 millisecond'`;
const finishedAt = (state: Sql): Sql => sql`CASE WHEN ${state} <> 'pending' THEN clock_timestamp() END`;

const rowsOf = (deliveries: readonly (NewDelivery | SettledDelivery)[]): string =>
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
      response, next_attempt_at, first_attempt_at, last_attempt_at, finished_at
    )
    SELECT
      id, ${endpointId}::uuid, "eventId", "eventType", "orderingKey", 'event', state,
      CASE WHEN "beganMsAgo" IS NULL THEN 0 ELSE 1 END, status, error,
      response, ${RETRY_AT}, ${BEGAN_AT}, ${BEGAN_AT}, ${finishedAt(sql`state`)}
    FROM json_to_recordset(${rowsOf(deliveries)}::json) AS sent (
      id uuid, "eventId" uuid, "eventType" text, "orderingKey" text, ${STANDING}
    )
    ORDER BY id`;
}

async function writeHealth(tx: Transaction, endpointId: string, health: EndpointHealth): Promise<void> {
  // Results of an earlier URL say nothing about the present one.
  await tx.$executeRaw`
    UPDATE webhook_endpoints
    SET
      failures_in_a_row = ${health.failuresInARow}::integer,
      resting_until = clock_timestamp() + ${health.restMs}::integer * interval '1 millisecond',
      enabled = enabled AND ${health.disabledReason}::text IS NULL,
      disabled_reason = coalesce(disabled_reason, ${health.disabledReason}::text)
    WHERE id = ${endpointId}::uuid
      AND url = ${health.url}`;
  if (health.recovered) await hastenRetries(tx, endpointId);
}
