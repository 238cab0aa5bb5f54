import type { z } from 'zod';
import {
  confirmedData,
  confirmRefusedData,
  reservationRefusedData,
  syncFailedData,
  transitionData,
} from './schemas/reservation-events.ts';
import { lowStockData, reconciledData, shortfallData } from './schemas/stock-events.ts';

const aboutReservation = 'the reservation’s id';
const aboutLevel = 'SKU and location, `sku/location`';
const aboutSku = 'the SKU';

/**
 * Every published event: its subject, when, and its data. Building, parsing and documentation of events use
 * it.
 */
export const EVENTS = {
  'warehouse.inventory.reserved': {
    when: 'Stock is held for a reservation.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.confirmed': {
    when: 'A hold was confirmed, or stock was sold without a hold (then `previous_status` is null).',
    subject: aboutReservation,
    data: confirmedData,
  },
  'warehouse.inventory.extended': {
    when: 'A hold was extended and ends later than before.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.released': {
    when: 'Stock is free again after a release, an expiry or a cancel. After an expiry or cancel, it follows the `expired` or `cancelled` event and has the same change.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.expired': {
    when: 'The stock of an expired hold was given back.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.cancelled': {
    when: 'Units that were sold and have not shipped are free again. If some units had shipped, the reservation is `fulfilled`.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.deducted': {
    when: 'All or some goods of the reservation left the warehouse.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.confirm_refused': {
    when: 'A payment arrived when its reservation no longer held stock. Refund it if `final` is true.',
    subject: aboutReservation,
    data: confirmRefusedData,
  },
  'warehouse.inventory.sync_failed': {
    when: 'The warehouse could not be notified of a change. The sync has used all its attempts and waits for an operator to retry it.',
    subject: aboutReservation,
    data: syncFailedData,
  },
  'warehouse.inventory.reservation_refused': {
    when: 'Stock could not be reserved for an order, or the order was paid after its cancellation. There is no reservation.',
    subject: 'the order’s id',
    data: reservationRefusedData,
  },
  'warehouse.inventory.stock_shortfall': {
    when: 'The shortfall of a level rose: more units are promised than are on hand.',
    subject: aboutLevel,
    data: shortfallData,
  },
  'warehouse.inventory.reconciled': {
    when: 'The counters of a level, or the record of their changes, were wrong and have been repaired.',
    subject: aboutLevel,
    data: reconciledData,
  },
  'warehouse.inventory.stock_low': {
    when: 'The available units of a SKU fell to its threshold or below.',
    subject: aboutSku,
    data: lowStockData,
  },
  'warehouse.inventory.stock_recovered': {
    when: 'A SKU that was low is above its threshold again.',
    subject: aboutSku,
    data: lowStockData,
  },
} as const satisfies Record<
  string,
  { readonly when: string; readonly subject: string; readonly data: z.ZodType }
>;

export type EventType = keyof typeof EVENTS;

export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** What is read and not written, however deep. */
export type Published<T> = T extends object ? { readonly [Key in keyof T]: Published<T[Key]> } : T;

/** The published `data` of a type of event. */
export type EventData<Type extends EventType = EventType> = Published<z.infer<(typeof EVENTS)[Type]['data']>>;
