import type { z } from 'zod';
import {
  confirmRefusedData,
  reservationRefusedData,
  syncFailedData,
  transitionData,
} from './schemas/reservation-events.ts';
import { lowStockData, reconciledData, shortfallData } from './schemas/stock-events.ts';

const aboutReservation = 'the reservation’s id';
const aboutLevel = 'SKU and location, `sku/location`';
const aboutSku = 'the SKU';

/** Every event that is told: about what, when, and with which data. What builds, parses and documents events is made of it. */
export const EVENTS = {
  'warehouse.inventory.reserved': {
    when: 'Stock is held for a reservation.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.confirmed': {
    when: 'What was held is sold, or is sold at once without a hold (`previous_status` is null then).',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.extended': {
    when: 'A hold lives longer than it would have.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.released': {
    when: 'Stock is free again, for whatever reason. `expired` and `cancelled` are followed by it and tell the same change.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.expired': {
    when: 'The stock of a hold past its time is given back.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.cancelled': {
    when: 'What was sold and has not left is free again. If a part had left, the reservation is `fulfilled`.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.deducted': {
    when: 'Goods left the warehouse, all of the reservation or a part.',
    subject: aboutReservation,
    data: transitionData,
  },
  'warehouse.inventory.confirm_refused': {
    when: 'A payment came when nothing was held for it any more, once for each payment: refund it.',
    subject: aboutReservation,
    data: confirmRefusedData,
  },
  'warehouse.inventory.sync_failed': {
    when: 'The warehouse could not be told of a change, and that was given up until an operator asks for it again.',
    subject: aboutReservation,
    data: syncFailedData,
  },
  'warehouse.inventory.reservation_refused': {
    when: 'What an order asked for could not be had, or it was paid for when it was cancelled already. There is no reservation.',
    subject: 'the order’s id',
    data: reservationRefusedData,
  },
  'warehouse.inventory.stock_shortfall': {
    when: 'More of a level is promised than is there, and more than before.',
    subject: aboutLevel,
    data: shortfallData,
  },
  'warehouse.inventory.reconciled': {
    when: 'The counters of a level, or the record of their changes, were found wrong and mended.',
    subject: aboutLevel,
    data: reconciledData,
  },
  'warehouse.inventory.stock_low': {
    when: 'What is available of a SKU fell to its threshold or below.',
    subject: aboutSku,
    data: lowStockData,
  },
  'warehouse.inventory.stock_recovered': {
    when: 'A SKU that was low is not low any more.',
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
