import type { Reservation } from '@holdfast/domain';
import { only, sql, type Page, type Queryable, type Sql } from '@holdfast/db';
import type { ReservationAttributes } from './reservation-filter-store.ts';
import { newest, soonest, type ReservationFilter, type SoonestPage } from './reservation-pages-store.ts';
import { reservationsAsJson } from './reservation-rows-store.ts';

/** A page, in order, and the database's time at which it was so (epoch milliseconds). */
export interface ReservationPage {
  readonly now: number;
  readonly reservations: readonly Reservation[];
}

/**
 * Reservations, newest first: by id, as ids are UUIDv7. A page reads an index for each status that is asked
 * for, however many reservations there are. Those of one order, cart or customer are taken to be few.
 */
export async function readNewestReservations(
  db: Queryable,
  filter: ReservationFilter,
  page: Page,
): Promise<ReservationPage> {
  const { now, reservations } = await readPage(db, newest(filter, page));
  return { now, reservations: reservations.toSorted((a, b) => (a.id < b.id ? 1 : -1)) };
}

/** Live holds that end before a time, soonest first. */
export async function readSoonestHolds(
  db: Queryable,
  attributes: ReservationAttributes,
  page: SoonestPage,
): Promise<ReservationPage> {
  const { now, reservations } = await readPage(db, soonest(attributes, page));
  return { now, reservations: reservations.toSorted(byEnd) };
}

/** One statement, so that a reservation cannot change between being chosen and being read. */
async function readPage(db: Queryable, page: Sql): Promise<ReservationPage> {
  const rows = await db.$queryRaw<ReservationPage[]>`
    WITH page AS MATERIALIZED (
      ${page}
    )
    SELECT
      floor(extract(epoch FROM statement_timestamp()) * 1000)::float8 AS now,
      ${reservationsAsJson(sql`ARRAY(SELECT id FROM page)`)} AS reservations`;
  return only(rows);
}

function byEnd(a: Reservation, b: Reservation): number {
  return (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.id < b.id ? -1 : 1);
}
