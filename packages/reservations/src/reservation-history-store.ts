import { showKept, type KeptReservation } from '@holdfast/domain';
import { isoTime, sql, type Page, type Queryable, type Sql } from '@holdfast/db';
import { movementAsJson } from '@holdfast/stock';

/** Something that happened to a reservation, as the contract shows it. */
export interface HistoryEntry {
  /** ISO 8601. */
  readonly at: string;
  readonly kind: 'event' | 'movement' | 'sync_attempt';
  readonly data: unknown;
}

/**
 * A place in a reservation's history: by time, and within a millisecond decisions come before calls to the
 * warehouse. A decision makes its movements first, then its events, with UUIDv7 of one process. So ordered by
 * `id`, each event follows its movements. `number` distinguishes attempts of one sync.
 */
export interface HistoryPlace {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly step: number;
  readonly id: string;
  readonly number: number;
}

const DECIDED = sql`0`;
const REFUSED = sql`1`;
const SENT = sql`2`;

/** The id of an event that is published only once is made of a name (`namedId`), without an order of time. */
const STEP_OF_EVENT = sql`CASE
              WHEN type IN ('warehouse.inventory.confirm_refused', 'warehouse.inventory.expiring') THEN ${REFUSED}
              ELSE ${DECIDED}
            END`;

/** What happened to a reservation, oldest first, each with its place. Null: there is no such reservation. */
export async function readReservationHistory(
  db: Queryable,
  reservationId: string,
  page: Page<HistoryPlace>,
): Promise<readonly { readonly entry: HistoryEntry; readonly place: HistoryPlace }[] | null> {
  const [row] = await db.$queryRaw<
    { known: boolean; entries: { entry: HistoryEntry; place: HistoryPlace }[] }[]
  >`
    SELECT
      EXISTS (SELECT FROM reservations WHERE id = ${reservationId}::uuid) AS known,
      (
        SELECT coalesce(json_agg(json_build_object(
          'entry', json_build_object('at', ${isoTime(sql`at`)}, 'kind', kind, 'data', data),
          'place', json_build_object(
            'at', (extract(epoch FROM at) * 1000)::bigint, 'step', step, 'id', id, 'number', number
          )
        ) ORDER BY at, step, id, number), '[]')
        FROM (
          (${eventsOf(reservationId, page)})
          UNION ALL
          (${movementsOf(reservationId, page)})
          UNION ALL
          (${attemptsOf(reservationId, page)})
          ORDER BY at, step, id, number
          LIMIT ${page.limit}::integer
        ) page
      ) AS entries`;
  return row?.known ? row.entries.map(({ entry, place }) => ({ entry: showEntry(entry), place })) : null;
}

/** An event's row leaves out fields of its reservation with their usual value. */
function showEntry(entry: HistoryEntry): HistoryEntry {
  if (entry.kind !== 'event') return entry;
  const data = entry.data as { readonly reservation: KeptReservation };
  return { ...entry, data: { ...data, reservation: showKept(data.reservation) } };
}

// Each source is read by its index on the reservation, and at most one page of it.

function eventsOf(reservationId: string, { after, limit }: Page<HistoryPlace>): Sql {
  return sql`
            SELECT
              time AS at,
              ${STEP_OF_EVENT} AS step,
              id,
              0 AS number,
              'event' AS kind,
              json_build_object(
                'id', id,
                'type', type,
                'reservation', data,
                'reason', changed ->> 'reason',
                'caller', changed ->> 'caller'
              ) AS data
            FROM events
            WHERE reservation_id = ${reservationId}::uuid
              AND ${isBehind(after, sql`(time, ${STEP_OF_EVENT}, id, 0)`)}
            ORDER BY at, step, id
            LIMIT ${limit}::integer`;
}

function movementsOf(reservationId: string, { after, limit }: Page<HistoryPlace>): Sql {
  return sql`
            SELECT at, ${DECIDED}, id, 0, 'movement', ${movementAsJson}
            FROM stock_movements
            WHERE reservation_id = ${reservationId}::uuid
              AND ${isBehind(after, sql`(at, ${DECIDED}, id, 0)`)}
            ORDER BY at, id
            LIMIT ${limit}::integer`;
}

function attemptsOf(reservationId: string, { after, limit }: Page<HistoryPlace>): Sql {
  return sql`
            SELECT attempt.started_at, ${SENT}, sync.id, attempt.number, 'sync_attempt', json_build_object(
              'sync_id', sync.id,
              'action', sync.action,
              'number', attempt.number,
              'started_at', ${isoTime(sql`attempt.started_at`)},
              'finished_at', ${isoTime(sql`attempt.finished_at`)},
              'status', attempt.status,
              'error', attempt.error,
              'next_attempt_at', ${isoTime(sql`attempt.next_attempt_at`)},
              'retry', sync.retries -> (attempt.number - 1)::text
            )
            FROM warehouse_syncs sync
            JOIN warehouse_sync_attempts attempt ON attempt.sync_id = sync.id
            WHERE sync.reservation_id = ${reservationId}::uuid
              AND ${isBehind(after, sql`(attempt.started_at, ${SENT}, sync.id, attempt.number)`)}
            ORDER BY attempt.started_at, sync.id, attempt.number
            LIMIT ${limit}::integer`;
}

function isBehind(after: HistoryPlace | null, place: Sql): Sql {
  if (!after) return sql`true`;
  const { at, step, id, number } = after;
  return sql`${place} > (to_timestamp(${at}::float8 / 1000), ${step}::integer, ${id}::uuid, ${number}::integer)`;
}
