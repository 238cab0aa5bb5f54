import { want } from '@holdfast/testing';
import { z } from 'zod';
import type { PublishedEvent } from './event-consumers.ts';
import { type ApiClient } from './api-client.ts';

/** The versions in the events of each reservation, in the order of their first arrival. */
export function versionsOf(events: readonly PublishedEvent[]): ReadonlyMap<string, readonly number[]> {
  const seen = new Set<string>();
  const versions = new Map<string, number[]>();
  for (const { id, type, data } of events) {
    if (!data.reservation || seen.has(id) || type.endsWith('.confirm_refused')) continue;
    seen.add(id);
    const before = versions.get(data.reservation.id) ?? [];
    versions.set(data.reservation.id, [...before, data.reservation.version]);
  }
  return versions;
}

/** What a consumer of all events knows of the reservations, by id. */
export function reservationsFrom(events: readonly PublishedEvent[]): ReadonlyMap<string, object> {
  const reservations = new Map<string, object>();
  for (const { data } of events) {
    if (data.reservation) reservations.set(data.reservation.id, withoutSync(data.reservation));
  }
  return reservations;
}

export interface Counters {
  readonly on_hand: number;
  readonly reserved: number;
  readonly allocated: number;
}

/** The sums of the changes of counters in the events, by SKU and location. */
export function countersFrom(events: readonly PublishedEvent[]): ReadonlyMap<string, Counters> {
  const counters = new Map<string, Counters>();
  for (const { type, data } of events) {
    // `released` repeats the change of these, for consumers that read no other events.
    const changes = /\.(expired|cancelled)$/.test(type) ? [] : (data.stock_changes ?? []);
    for (const { sku, location, on_hand, reserved, allocated } of changes) {
      const level = `${sku} ${location}`;
      const before = counters.get(level) ?? { on_hand: 0, reserved: 0, allocated: 0 };
      counters.set(level, {
        on_hand: before.on_hand + on_hand,
        reserved: before.reserved + reserved,
        allocated: before.allocated + allocated,
      });
    }
  }
  return counters;
}

const reservationPage = z.object({
  data: z.array(z.looseObject({ id: z.string() })),
  next_cursor: z.string().nullable(),
});

/** All reservations as the API lists them, by id. */
export async function allReservations(client: ApiClient): Promise<ReadonlyMap<string, object>> {
  const all = new Map<string, object>();
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { data, next_cursor } = reservationPage.parse(
      await want(200, client.get(`/v1/reservations?limit=200${query}`)),
    );
    for (const reservation of data) all.set(reservation.id, withoutSync(reservation));
    cursor = next_cursor;
  }
  return all;
}

/** The state of a sync is not part of the reservation's version, and has no event. */
const withoutSync = (reservation: object): object => ({ ...reservation, warehouse_sync: undefined });
