import { firstIdAt, isoTime, sql, type Page, type Queryable, type Sql, type Transaction } from '@holdfast/db';
import { lockWebhook, queueDeliveries, type QueuedDelivery } from './delivery-queue-store.ts';

export type DeliveryState = 'pending' | 'succeeded' | 'failed';

/** A delivery as the contract shows it. */
export interface WebhookDelivery {
  readonly id: string;
  readonly event_id: string;
  readonly event_type: string;
  /** Why: it happened, it was sent again on request, or it is a test call. */
  readonly cause: 'event' | 'replay' | 'test';
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly response: string | null;
  readonly next_attempt_at: string | null;
  readonly created_at: string;
  readonly first_attempt_at: string | null;
  readonly last_attempt_at: string | null;
  readonly finished_at: string | null;
}

const SHOWN: Sql = sql`id, event_id, event_type, cause, state, attempts, last_status, last_error, response,
  ${isoTime(sql`next_attempt_at`)} AS next_attempt_at,
  ${isoTime(sql`created_at`)} AS created_at,
  ${isoTime(sql`first_attempt_at`)} AS first_attempt_at,
  ${isoTime(sql`last_attempt_at`)} AS last_attempt_at,
  ${isoTime(sql`finished_at`)} AS finished_at`;

/** A page of an endpoint's deliveries, newest first, each with its place. */
export async function readWebhookDeliveries(
  db: Queryable,
  endpointId: string,
  page: Page<number> & { readonly state: DeliveryState | null },
): Promise<readonly { readonly ordinal: number; readonly delivery: WebhookDelivery }[]> {
  const behind = page.after === null ? sql`` : sql`AND ordinal < ${page.after}::bigint`;
  const rows = await db.$queryRaw<(WebhookDelivery & { readonly ordinal: number })[]>`
    SELECT ordinal::float8 AS ordinal, ${SHOWN}
    FROM webhook_deliveries
    WHERE endpoint_id = ${endpointId}::uuid
      AND ${inState(page.state)}
      ${behind}
    ORDER BY webhook_deliveries.ordinal DESC
    LIMIT ${page.limit}::integer`;
  return rows.map(({ ordinal, ...delivery }) => ({ ordinal, delivery }));
}

/**
 * One delivery, and what it sends: of a test, the whole CloudEvent; otherwise null, as the event is the
 * feed's. Null: the endpoint has no such delivery.
 */
export async function readWebhookDelivery(
  db: Queryable,
  endpointId: string,
  deliveryId: string,
): Promise<{ readonly delivery: WebhookDelivery; readonly sample: unknown } | null> {
  const [row] = await db.$queryRaw<(WebhookDelivery & { readonly sample: unknown })[]>`
    SELECT ${SHOWN}, event AS sample
    FROM webhook_deliveries
    WHERE id = ${deliveryId}::uuid
      AND endpoint_id = ${endpointId}::uuid`;
  if (!row) return null;
  const { sample, ...delivery } = row;
  return { delivery, sample };
}

/** Literals, as the indexes of pending and of failed deliveries are partial. */
function inState(state: DeliveryState | null): Sql {
  switch (state) {
    case null:
      return sql`true`;
    case 'pending':
      return sql`state = 'pending'`;
    case 'succeeded':
      return sql`state = 'succeeded'`;
    case 'failed':
      return sql`state = 'failed'`;
    default:
      return state satisfies never;
  }
}

/** Has a test event sent at once, also to an endpoint that rests. Null: there is no such endpoint. */
export async function queueTestDelivery(
  tx: Transaction,
  endpointId: string,
  {
    deliveryId,
    sample,
  }: { readonly deliveryId: string; readonly sample: { readonly id: string; readonly type: string } },
): Promise<WebhookDelivery | null> {
  const found = await tx.$executeRaw`
    UPDATE webhook_endpoints
    SET resting_until = CASE
      WHEN resting_until > clock_timestamp() THEN clock_timestamp()
      ELSE resting_until
    END
    WHERE id = ${endpointId}::uuid`;
  if (found === 0) return null;
  const queued = { id: deliveryId, eventId: sample.id, eventType: sample.type, orderingKey: sample.id };
  await queueDeliveries(tx, endpointId, 'test', [queued], sample);
  const [delivery] = await tx.$queryRaw<WebhookDelivery[]>`
    SELECT ${SHOWN}
    FROM webhook_deliveries
    WHERE id = ${deliveryId}::uuid`;
  return delivery ?? null;
}

/** The events to send again: one, or those of a span of time, its end excluded. */
export type Replay = { readonly eventId: string } | { readonly from: string; readonly to: string };

export type ReplayOutcome =
  | { readonly kind: 'queued'; readonly count: number }
  | { readonly kind: 'no_endpoint' }
  | { readonly kind: 'no_event' }
  /** Nothing was queued. */
  | { readonly kind: 'too_many' };

/**
 * Has events sent again that an endpoint has been sent, or that are from before its time. Events that it has
 * not got yet are left out: they would arrive before earlier ones. More than `eventsMax` are not sent.
 */
export async function replayEvents(
  tx: Transaction,
  endpointId: string,
  replay: Replay,
  { eventsMax, newId }: { readonly eventsMax: number; readonly newId: () => string },
): Promise<ReplayOutcome> {
  if (!(await lockWebhook(tx, endpointId))) return { kind: 'no_endpoint' };
  if ('eventId' in replay && !(await isKnown(tx, replay.eventId))) return { kind: 'no_event' };
  const wanted = 'eventId' in replay ? sql`events.id = ${replay.eventId}::uuid` : within(replay, endpointId);
  // Chosen before they are sorted: a span of millions is found to be too many after the first few.
  const events = await tx.$queryRaw<Omit<QueuedDelivery, 'id'>[]>`
    SELECT
      id AS "eventId",
      type AS "eventType",
      coalesce(reservation_id::text, subject) AS "orderingKey"
    FROM (
      SELECT id, type, reservation_id, subject, time, reservation_version
      FROM events
      WHERE ${wanted}
        AND NOT EXISTS (
          SELECT
          FROM event_positions
          WHERE position > (SELECT cursor FROM webhook_endpoints WHERE id = ${endpointId}::uuid)
            AND event_id = events.id
        )
        AND NOT EXISTS (
          SELECT
          FROM event_notes
          WHERE events.id = ANY(event_ids)
        )
      LIMIT ${eventsMax + 1}::integer
    ) chosen
    ORDER BY time, reservation_version, id`;
  if (events.length > eventsMax) return { kind: 'too_many' };
  const deliveries = events.map((event) => ({ id: newId(), ...event }));
  await queueDeliveries(tx, endpointId, 'replay', deliveries);
  return { kind: 'queued', count: events.length };
}

async function isKnown(tx: Transaction, eventId: string): Promise<boolean> {
  return (await tx.event.findUnique({ select: { id: true }, where: { id: eventId } })) !== null;
}

/**
 * Events have no index by time, but their ids, UUIDv7, begin with it. The clocks of other hosts make the ids.
 * So ten more minutes are searched on either side, and `time`, which is the database's, decides.
 */
function within({ from, to }: { readonly from: string; readonly to: string }, endpointId: string): Sql {
  return sql`events.id >= ${firstIdAt(sql`(${from}::timestamptz - interval '10 minutes')`)}
      AND events.id < ${firstIdAt(sql`(${to}::timestamptz + interval '10 minutes')`)}
      AND time >= ${from}::timestamptz
      AND time < ${to}::timestamptz
      AND EXISTS (
        SELECT
        FROM webhook_endpoints
        WHERE id = ${endpointId}::uuid
          AND (types IS NULL OR events.type = ANY(types))
      )`;
}
