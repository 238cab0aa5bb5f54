import { sql, type SqlRunner, type Sql } from '@holdfast/db';
import {
  isWaiting,
  nameOfLevel,
  type Blocker,
  type Changes,
  type LevelName,
  type Movement,
  type NextInLine,
  type Reservation,
  type Snapshot,
  type Targets,
  type WaiterCount,
} from '@holdfast/domain';

// The line, as the ledger's statements see it. `waiting_lines` and its indexes are empty while no reservation
// waits. A reservation that joins or leaves holds the locks of the levels of its SKUs, so a statement that
// begins behind those locks sees the line as it is.

/** A condition: a reservation waits that is short of one of these SKUs. Then the line itself is read. */
export const hasLineFor = (levels: Sql): Sql => sql`EXISTS (
          SELECT
          FROM ${levels} level
          JOIN waiting_lines line ON line.sku = level.sku
          WHERE line.is_short
        )`;

/** Its `rank` in SQL, 0 to 9: the lower goes first. */
export const rankOf = ({ priority }: { readonly priority: number }): number => 9 - priority;

/** A condition: the row of a reservation that is short of it, and has not waited for too long. */
const isShortAt = (time: Sql): Sql => sql`is_short AND waiting_until > ${time}`;

/**
 * Of each of these levels the first rows in line that are short of it, as JSON: of lines that any location
 * may give, and of those that name this one.
 *
 * @param levels has `sku` and `location`
 * @param named reservations that are read themselves
 */
function blockersAt(levels: Sql, named: readonly string[], time: Sql): Sql {
  return sql`(
          SELECT coalesce(json_agg(json_build_object(
            'sku', level.sku,
            'location', level.location,
            'priority', 9 - first.rank,
            'arrival', first.arrival
          ) ORDER BY level.sku, level.location, first.rank, first.arrival), '[]')
          FROM ${levels} level
          CROSS JOIN LATERAL unnest(ARRAY['', level.location]) AS place (location)
          CROSS JOIN LATERAL (
            SELECT rank, arrival
            FROM waiting_lines
            WHERE sku = level.sku
              AND location = place.location
              AND ${isShortAt(time)}
              AND reservation_id <> ALL(${named}::uuid[])
            ORDER BY rank, arrival
            LIMIT 1
          ) first
        )`;
}

/** What a decision knows of the line, beside the reservations that are read themselves. */
export interface SeenLine {
  readonly blockers: readonly Blocker[];
  readonly waiters: readonly WaiterCount[];
}

export const NO_LINE: SeenLine = { blockers: [], waiters: [] };

/**
 * Reads the line behind the locks. The statement that locks the levels sees it as it was before it waited. A
 * reservation that has left since must block nothing: no job would try again what it seemed to block.
 *
 * @param skus those of which the waiting reservations are counted
 * @param now epoch milliseconds
 */
export async function readLine(
  db: SqlRunner,
  { levels, named, skus }: LineToRead,
  now: number,
): Promise<SeenLine> {
  const these = sql`(
            SELECT *
            FROM unnest(${levels.map(({ sku }) => sku)}::text[], ${levels.map(({ location }) => location)}::text[])
              AS seen (sku, location)
          )`;
  const time = sql`to_timestamp(${now}::float8 / 1000)`;
  const [row] = await db.$queryRaw<SeenLine[]>`
    SELECT
      ${blockersAt(these, named, time)} AS blockers,
      (
        SELECT coalesce(json_agg(json_build_object('sku', sku, 'count', count) ORDER BY sku), '[]')
        FROM (
          SELECT sku, count(DISTINCT reservation_id)
          FROM waiting_lines
          WHERE sku = ANY(${[...new Set(skus)]}::text[])
            AND units > 0
            AND waiting_until > ${time}
          GROUP BY sku
        ) waited
      ) AS waiters`;
  return row ?? NO_LINE;
}

export interface LineToRead {
  readonly levels: readonly LevelName[];
  /** Reservations that are read themselves. */
  readonly named: readonly string[];
  readonly skus: readonly string[];
}

/**
 * SKUs of which a decision has to know how many wait: a reservation may join the line, or ask for more in it.
 */
export function skusToCount(
  { waitedSkus, sourced }: Targets,
  reservations: readonly Reservation[],
): readonly string[] {
  const isChanged = sourced.length > 0 && reservations.some(isWaiting);
  return isChanged ? [...waitedSkus, ...sourced.map(({ sku }) => sku)] : waitedSkus;
}

/** The ids of the reservations that are next in line. */
export async function readNextInLine(
  db: SqlRunner,
  wanted: readonly NextInLine[],
): Promise<readonly string[]> {
  if (wanted.length === 0) return [];
  const asked = wanted.map(({ sku, after, limit }) => ({
    sku,
    rank: after ? rankOf(after) : -1,
    arrival: after?.arrival ?? 0,
    limit,
  }));
  const next = await db.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT next.reservation_id AS id
    FROM json_to_recordset(${JSON.stringify(asked)}::json) AS asked (sku text, rank smallint, arrival bigint, "limit" integer)
    CROSS JOIN LATERAL (
      SELECT reservation_id
      FROM waiting_lines
      WHERE sku = asked.sku
        AND units > 0
        AND (rank, arrival) > (asked.rank, asked.arrival)
      ORDER BY rank, arrival
      LIMIT asked."limit"
    ) next`;
  return next.map(({ id }) => id);
}

/** The SKUs of which a decision makes units free. */
export function skusFreedBy({ movements }: Changes): readonly string[] {
  const freeing = movements.filter(
    ({ kind, onHandDelta, reservedDelta, allocatedDelta }) =>
      kind === 'set' || onHandDelta - reservedDelta - allocatedDelta > 0,
  );
  return [...new Set(freeing.map(({ sku }) => sku))];
}

/** Those of the SKUs that reservations wait for, as an array. */
export function waitedForAmong(skus: readonly string[]): Sql {
  if (skus.length === 0) return sql`'{}'::text[]`;
  return sql`ARRAY(
        SELECT sku
        FROM unnest(${skus}::text[]) AS freed (sku)
        WHERE EXISTS (SELECT FROM waiting_lines WHERE waiting_lines.sku = freed.sku AND units > 0)
      )`;
}

/**
 * An expression: whether a decision promises what a reservation ahead in line is short of. The statement that
 * waited for the locks may have missed one that joined meanwhile. Those that the decision itself puts in
 * line, or moves in it, came later or were read.
 *
 * @param promising its movements that promise stock
 * @param at ISO 8601
 */
export function hasOvertakenLine(
  { created, updated, waits }: Changes,
  promising: readonly Movement[],
  { reservations }: Snapshot,
  at: string,
): Sql {
  if (promising.length === 0) return sql`false`;
  const places = new Map(reservations.filter(isWaiting).map(({ id, wait }) => [id, wait]));
  const ofNewcomers = promising.filter(({ reservationId }) => !places.has(reservationId ?? ''));
  const others = promising.flatMap(({ sku, location, reservationId }) => {
    const place = places.get(reservationId ?? '');
    return place ? [{ sku, location, rank: rankOf(place), arrival: place.arrival }] : [];
  });
  const decided = decidedAmong({ created, updated, waits });
  const isAhead = sql`waiting_lines.sku = promise.sku
            AND waiting_lines.location = ANY(ARRAY['', promise.location])
            AND ${isShortAt(sql`${at}::timestamptz`)}
            AND reservation_id <> ALL(${decided}::uuid[])`;
  return sql`(
        ${overtakenBy(ofNewcomers, isAhead)}
        OR ${others.length === 0 ? sql`false` : overtakenInLine(others, isAhead)}
      )`;
}

/**
 * An expression: whether a reservation waits for one of the SKUs of a decision that saw no line. Then less
 * was available than it has answered.
 *
 * @param at ISO 8601
 */
export function hasUnseenLine(changes: Changes, { levels }: Snapshot, at: string): Sql {
  return sql`EXISTS (
          SELECT
          FROM waiting_lines
          WHERE sku = ANY(${[...new Set(levels.map(({ sku }) => sku))]}::text[])
            AND ${isShortAt(sql`${at}::timestamptz`)}
            AND reservation_id <> ALL(${decidedAmong(changes)}::uuid[])
        )`;
}

/** Reservations whose places in line the decision itself has written, if it has written any. */
const decidedAmong = ({ created, updated, waits }: Pick<Changes, 'created' | 'updated' | 'waits'>) =>
  waits.length === 0 ? [] : [...created, ...updated, ...waits].map(({ id }) => id);

function overtakenBy(promises: readonly LevelName[], isAhead: Sql): Sql {
  const levels = new Map(promises.map((each) => [nameOfLevel(each), each]));
  const names = [...levels.values()];
  return sql`EXISTS (
          SELECT
          FROM unnest(${names.map(({ sku }) => sku)}::text[], ${names.map(({ location }) => location)}::text[])
            AS promise (sku, location)
          JOIN waiting_lines ON ${isAhead}
        )`;
}

function overtakenInLine(promises: readonly object[], isAhead: Sql): Sql {
  return sql`EXISTS (
          SELECT
          FROM json_to_recordset(${JSON.stringify(promises)}::json) AS promise (
            sku text, location text, rank smallint, arrival bigint
          )
          JOIN waiting_lines ON ${isAhead}
            AND (waiting_lines.rank, waiting_lines.arrival) < (promise.rank, promise.arrival)
        )`;
}
