import { z } from 'zod';
import { id, ifShort, sourcing, time } from './fields.ts';
import { warehouseSync } from './warehouse-sync.ts';

const allocation = z
  .strictObject({
    location: z.string(),
    quantity: z.int().meta({
      description: 'Units that this location gives, those that have shipped or were cancelled included',
    }),
    fulfilled_quantity: z.int().meta({ description: 'Of these, units that have shipped from here' }),
    cancelled_quantity: z.int().meta({ description: 'Of these, units that were cancelled' }),
    returned_quantity: z
      .int()
      .meta({ description: 'Units that have shipped from here and came back, to any location' }),
  })
  .meta({ id: 'Allocation' });

const reservationLine = z
  .strictObject({
    sku: z.string(),
    location: z
      .string()
      .nullable()
      .meta({ description: 'The pin: the only location that may give the units' }),
    quantity: z.int().meta({ description: 'Units of the hold, or units that were confirmed or held before' }),
    requested_quantity: z
      .int()
      .meta({ description: 'Units that were asked for. `quantity` is less if fewer were available' }),
    confirmed_quantity: z
      .int()
      .meta({ description: 'Units that were confirmed. Open: `confirmed - cancelled - fulfilled`' }),
    fulfilled_quantity: z
      .int()
      .meta({ description: 'Units that have shipped, those that were returned included' }),
    cancelled_quantity: z
      .int()
      .meta({ description: 'Units that were confirmed, and cancelled before they shipped' }),
    returned_quantity: z.int().meta({ description: 'Units that have shipped and came back' }),
    allocations: z.array(allocation),
  })
  .meta({ id: 'ReservationLine' });

export const reservationStatus = z.enum([
  'waiting',
  'held',
  'confirmed',
  'released',
  'expired',
  'fulfilled',
  'cancelled',
  'withdrawn',
]);

export const exampleAllocation = {
  location: 'WH-WEST',
  quantity: 2,
  fulfilled_quantity: 0,
  cancelled_quantity: 0,
  returned_quantity: 0,
};

export const exampleLine = {
  sku: 'TSHIRT-M',
  location: null,
  quantity: 2,
  requested_quantity: 2,
  confirmed_quantity: 0,
  fulfilled_quantity: 0,
  cancelled_quantity: 0,
  returned_quantity: 0,
  allocations: [exampleAllocation],
};

/** A hold. */
export const exampleReservation = {
  id: '01a1f866-0d00-7a6c-9d3b-5f2e8c4b7a10',
  status: 'held' as const,
  order_id: 'o-1001',
  cart_id: 'c-77',
  customer_id: 'cu-5',
  store_id: 'eu-web',
  source: 'web-checkout',
  release_reason: null,
  payment_reference: null,
  expires_at: '2026-11-20T10:15:00.000Z',
  extensions: 0,
  sourcing: 'split' as const,
  locations: null,
  if_short: 'reject' as const,
  wait_priority: 0,
  waiting_until: null,
  notify_before_seconds: 120,
  lines: [exampleLine],
  warehouse_sync: null,
  metadata: { channel: 'app' },
  version: 1,
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
  held_at: '2026-11-20T10:00:00.000Z',
  confirmed_at: null,
  released_at: null,
  expired_at: null,
  cancelled_at: null,
  fulfilled_at: null,
  withdrawn_at: null,
};

/** What every reservation call answers. */
export const reservationAnswer = z
  .strictObject({
    id: id(),
    status: reservationStatus,
    order_id: z.string().nullable(),
    cart_id: z.string().nullable(),
    customer_id: z.string().nullable(),
    store_id: z.string().nullable(),
    source: z.string().nullable(),
    release_reason: z.string().nullable(),
    payment_reference: z.string().nullable(),
    expires_at: time().nullable(),
    extensions: z.int(),
    sourcing: sourcing(),
    locations: z.array(z.string()).nullable(),
    if_short: ifShort(),
    wait_priority: z.int(),
    waiting_until: time().nullable(),
    notify_before_seconds: z.int().nullable(),
    lines: z.array(reservationLine),
    warehouse_sync: warehouseSync.nullable(),
    metadata: z.record(z.string(), z.string()),
    version: z.int(),
    created_at: time(),
    updated_at: time(),
    held_at: time().nullable(),
    confirmed_at: time().nullable(),
    released_at: time().nullable(),
    expired_at: time().nullable(),
    cancelled_at: time().nullable(),
    fulfilled_at: time().nullable(),
    withdrawn_at: time().nullable(),
  })
  .meta({ id: 'Reservation', examples: [exampleReservation] });
