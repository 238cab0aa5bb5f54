import type { Queryable, Transaction } from '@holdfast/db';

// An endpoint's unfinished deliveries form a queue for each ordering key. Its head, the one with the lowest
// ordinal, has the time of its next attempt; those behind it have none. A transaction that adds to the queues
// or takes from them has the lock of the endpoint's row, so that a head is never overlooked.

/** @returns whether the endpoint exists. Its row is then locked until the transaction ends */
export async function lockWebhook(tx: Transaction, endpointId: string): Promise<boolean> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT id
    FROM webhook_endpoints
    WHERE id = ${endpointId}::uuid
    FOR NO KEY UPDATE`;
  return locked.length > 0;
}

/**
 * Has the heads of these queues tried now that have no time yet. All in one pass: a look for each could be
 * planned as a walk through all deliveries, and 9,000 queues took more than 5 s.
 */
export async function letHeadsGo(
  tx: Queryable,
  endpointId: string,
  orderingKeys: readonly string[],
): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_deliveries
    SET next_attempt_at = clock_timestamp()
    FROM (
      SELECT DISTINCT ON (ordering_key) id
      FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId}::uuid
        AND state = 'pending'
        AND ordering_key = ANY(${orderingKeys}::text[])
      ORDER BY ordering_key, ordinal
    ) head
    WHERE webhook_deliveries.id = head.id
      AND webhook_deliveries.next_attempt_at IS NULL`;
}

/** More than after an endpoint was down. An endpoint with more refuses some events permanently. */
const HASTENED_MAX = 1_000;

/** Makes deliveries that wait for a later time due now, the soonest first: the endpoint works again. */
export async function hastenRetries(tx: Queryable, endpointId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE webhook_deliveries
    SET next_attempt_at = clock_timestamp()
    WHERE id = ANY(ARRAY(
      SELECT id
      FROM webhook_deliveries
      WHERE endpoint_id = ${endpointId}::uuid
        AND state = 'pending'
        AND next_attempt_at > clock_timestamp()
      ORDER BY next_attempt_at
      LIMIT ${HASTENED_MAX}::integer
    ))`;
}

/** A delivery that is sent on request, and not as the next one of the feed. */
export interface QueuedDelivery {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderingKey: string;
}

/** Puts deliveries at the end of their queues, in the order of their ids. The endpoint has to be locked. */
export async function queueDeliveries(
  tx: Transaction,
  endpointId: string,
  cause: 'replay' | 'test',
  deliveries: readonly QueuedDelivery[],
  sample: object | null = null,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO webhook_deliveries (
      id, endpoint_id, event_id, event_type, event, ordering_key, cause, state
    )
    SELECT
      id, ${endpointId}::uuid, "eventId", "eventType", ${sample && JSON.stringify(sample)}::json, "orderingKey",
      ${cause}, 'pending'
    FROM json_to_recordset(${JSON.stringify(deliveries)}::json)
      AS queued (id uuid, "eventId" uuid, "eventType" text, "orderingKey" text)
    ORDER BY id`;
  await letHeadsGo(tx, endpointId, [...new Set(deliveries.map(({ orderingKey }) => orderingKey))]);
}
