import { only, type Queryable } from '@holdfast/db';

/** Events that are written and not delivered to all consumers yet. */
export interface EventBacklog {
  /** The position of the newest event that has one. */
  readonly newestPosition: number;
  /** For how long the oldest event without a place has waited; 0: all have one. */
  readonly oldestNoteSeconds: number;
  /** How many positions each enabled webhook endpoint is behind the newest, by id. */
  readonly webhooksBehind: readonly { readonly id: string; readonly behind: number }[];
  /** How long the oldest delivery waits that was tried, or is behind one that was. 0: there is none. */
  readonly oldestDeliverySeconds: number;
  /** Deliveries that were given up and are not purged yet. */
  readonly failedDeliveries: number;
  /** Endpoints that an operator, or a 410, has disabled. */
  readonly disabledEndpoints: number;
}

/** Reads the figures for operators, from small tables and partial indexes, as long as few rows wait. */
export async function readEventBacklog(db: Queryable): Promise<EventBacklog> {
  const backlogs = await db.$queryRaw<EventBacklog[]>`
    SELECT
      last_position::float8 AS "newestPosition",
      coalesce((
        SELECT greatest(0, extract(epoch FROM clock_timestamp() - noted_at))
        FROM event_notes
        ORDER BY id
        LIMIT 1
      ), 0)::float8 AS "oldestNoteSeconds",
      (
        SELECT coalesce(json_agg(json_build_object('id', id, 'behind', last_position - cursor)), '[]')
        FROM webhook_endpoints
        WHERE enabled
      ) AS "webhooksBehind",
      (
        SELECT coalesce(greatest(0, extract(epoch FROM clock_timestamp() - min(delivery.created_at))), 0)
        FROM webhook_deliveries delivery
        JOIN webhook_endpoints endpoint ON endpoint.id = endpoint_id
        WHERE state = 'pending'
          AND enabled
      )::float8 AS "oldestDeliverySeconds",
      (
        SELECT count(*)
        FROM webhook_deliveries
        WHERE state = 'failed'
      )::integer AS "failedDeliveries",
      (
        SELECT count(*)
        FROM webhook_endpoints
        WHERE NOT enabled
      )::integer AS "disabledEndpoints"
    FROM event_sequencer`;
  return only(backlogs);
}

/** Enabled endpoints that do not rest and are behind or have a due delivery. */
export async function readWebhooksToWake(db: Queryable): Promise<readonly string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id
    FROM webhook_endpoints endpoint
    CROSS JOIN event_sequencer
    WHERE enabled
      AND (resting_until IS NULL OR resting_until <= statement_timestamp())
      AND (
        cursor < last_position
        OR EXISTS (
          SELECT
          FROM webhook_deliveries
          WHERE endpoint_id = endpoint.id
            AND state = 'pending'
            AND next_attempt_at <= statement_timestamp()
        )
      )
    ORDER BY id`;
  return rows.map(({ id }) => id);
}
