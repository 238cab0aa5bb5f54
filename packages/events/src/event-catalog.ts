import type { z } from 'zod';
import {
  confirmedData,
  confirmRefusedData,
  lowStockData,
  reconciledData,
  reservationRefusedData,
  shortfallData,
  reservationData,
  transitionData,
} from './event-data-schemas.ts';

/** Every published event: when, and its data. Building, parsing and documentation of events use it. */
export const EVENTS = {
  'warehouse.inventory.reserved': {
    when: 'Stock is held for a reservation. If it waited in line for it, `previous_status` is `waiting`.',
    data: transitionData,
  },
  'warehouse.inventory.waiting': {
    when: 'A reservation waits in line for stock. `reserved`, `expired` or `released` follows.',
    data: transitionData,
  },
  'warehouse.inventory.changed': {
    when: 'A reservation was changed and goes on: other quantities or locations, a part released or cancelled, or other fields.',
    data: transitionData,
  },
  'warehouse.inventory.expiring': {
    when: 'A hold ends in `notify_before_seconds`. Once for each time at which it would end: a hold that is extended is announced again.',
    data: reservationData,
  },
  'warehouse.inventory.confirmed': {
    when: 'A hold was confirmed, or stock was sold without a hold (then `previous_status` is null).',
    data: confirmedData,
  },
  'warehouse.inventory.extended': {
    when: 'A hold was extended and ends later than before.',
    data: transitionData,
  },
  'warehouse.inventory.released': {
    when: 'Stock is free again after a release, an expiry or a cancel. After an expiry or cancel, it follows the `expired` or `cancelled` event and has the same change.',
    data: transitionData,
  },
  'warehouse.inventory.expired': {
    when: 'The stock of an expired hold was given back.',
    data: transitionData,
  },
  'warehouse.inventory.cancelled': {
    when: 'Units that were sold and have not shipped are free again. If some units had shipped, the reservation is `fulfilled`.',
    data: transitionData,
  },
  'warehouse.inventory.deducted': {
    when: 'All or some goods of the reservation left the warehouse.',
    data: transitionData,
  },
  'warehouse.inventory.returned': {
    when: 'Fulfilled units came back. `stock_changes` has those that are on hand again.',
    data: transitionData,
  },
  'warehouse.inventory.confirm_refused': {
    when: 'A payment arrived when its reservation no longer held stock. Refund it if `final` is true.',
    data: confirmRefusedData,
  },
  'warehouse.inventory.sync_failed': {
    when: 'The warehouse could not be notified of a change. The sync has used all its attempts and waits for an operator to retry it. `warehouse_sync` is that sync, even if the reservation has a newer one.',
    data: reservationData,
  },
  'warehouse.inventory.reservation_refused': {
    when: 'Stock could not be reserved for an order, or the order was paid after its cancellation. There is no reservation.',
    data: reservationRefusedData,
  },
  'warehouse.inventory.stock_shortfall': {
    when: 'The shortfall of a level rose: more units are promised than are on hand and may be backordered.',
    data: shortfallData,
  },
  'warehouse.inventory.reconciled': {
    when: 'The counters of a level, or the record of their changes, were wrong and have been repaired.',
    data: reconciledData,
  },
  'warehouse.inventory.stock_low': {
    when: 'The available units of a SKU fell to its threshold or below.',
    data: lowStockData,
  },
  'warehouse.inventory.stock_recovered': {
    when: 'A SKU that was low is above its threshold again.',
    data: lowStockData,
  },
} as const satisfies Record<string, { readonly when: string; readonly data: z.ZodType }>;

export type EventType = keyof typeof EVENTS;

export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** The type with all its fields readonly, at any depth. */
export type Published<T> = T extends object ? { readonly [Key in keyof T]: Published<T[Key]> } : T;

/** The published `data` of a type of event. */
export type EventData<Type extends EventType = EventType> = Published<z.infer<(typeof EVENTS)[Type]['data']>>;
