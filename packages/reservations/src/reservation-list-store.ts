import type { Reservation } from '@holdfast/domain';
import { sql, type Queryable, type Sql } from '@holdfast/db';
import {
  newest,
  soonest,
  type NewestPage,
  type OwnerFilter,
  type ReservationFilter,
  type SoonestPage,
} from './reservation-pages-store.ts';
import { reservationsAsJson } from './reservation-rows-store.ts';

/** A page, in order, and the database's time at which it was so (epoch milliseconds). */
export interface ReservationPage {
  readonly now: number;
  readonly reservations: readonly Reservation[];
}

/**
 * Reservations by id, backwards: newest first, for ids are UUIDv7. Every page is one look into one index (of
 * `expired`: two); what a page costs does not depend on how many reservations there are. (Those of one order
 * or cart are taken to be few.)
 */
export async function readNewestReservations(
  db: Queryable,
  filter: ReservationFilter,
  page: NewestPage,
): Promise<ReservationPage> {
  const { now, reservations } = await readPage(db, newest(filter, page));
  return { now, reservations: reservations.toSorted((a, b) => (a.id < b.id ? 1 : -1)) };
}

/** Live holds that end before a time, soonest first. */
export async function readSoonestHolds(
  db: Queryable,
  filter: OwnerFilter,
  page: SoonestPage,
): Promise<ReservationPage> {
  const { now, reservations } = await readPage(db, soonest(filter, page));
  return { now, reservations: reservations.toSorted(byEnd) };
}

/**
 * One statement, so that what is shown is what was chosen: a reservation cannot be confirmed between the two.
 */
async function readPage(db: Queryable, page: Sql): Promise<ReservationPage> {
  const [row] = await db.$queryRaw<ReservationPage[]>`
    WITH page AS MATERIALIZED (
      ${page}
    )
    SELECT
      floor(extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now,
      ${reservationsAsJson(sql`ARRAY(SELECT id FROM page)`)} AS reservations`;
  if (!row) throw new Error('a read of reservations returned no row');
  return row;
}

function byEnd(a: Reservation, b: Reservation): number {
  return (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.id < b.id ? -1 : 1);
}
