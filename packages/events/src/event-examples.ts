import { exampleAllocation, exampleLine, exampleReservation } from '@holdfast/contract';
import type { EventData, EventType } from './event-catalog.ts';
import { cloudEvent, type CloudEvent, type Publisher } from './cloud-event.ts';

// One order's reservation, in all its states; and a level and a SKU that need attention.

type Reservation = EventData<'warehouse.inventory.sync_failed'>['reservation'];

const held: Reservation = exampleReservation;
const line = exampleLine;
const allocation = exampleAllocation;

const waiting: Reservation = {
  ...held,
  status: 'waiting',
  expires_at: null,
  if_short: 'wait',
  wait_priority: 5,
  waiting_until: '2026-11-20T10:30:00.000Z',
  lines: [{ ...line, allocations: [] }],
  held_at: null,
};

/** The reservation after its next change, at that time. */
const after = (before: Reservation, time: string, change: Partial<Reservation>): Reservation => ({
  ...before,
  version: before.version + 1,
  updated_at: time,
  ...change,
});

type Sync = NonNullable<Reservation['warehouse_sync']>;
const newSync = (action: Sync['action'], time: string): Sync => ({
  id: '01a1f869-dd90-7b3c-a4d5-1e6f7a8b9c0d',
  action,
  state: 'pending',
  attempts: 0,
  last_status: null,
  last_error: null,
  next_attempt_at: time,
});

const CHANGED = '2026-11-20T10:01:00.000Z';
const EXTENDED = '2026-11-20T10:02:00.000Z';
const CONFIRMED = '2026-11-20T10:04:10.000Z';
const EXPIRED = '2026-11-20T10:15:00.000Z';
const EXPIRED_NOTICED = '2026-11-20T10:15:00.112Z';
const CANCELLED = '2026-11-20T11:30:00.000Z';
const DEDUCTED = '2026-11-20T14:20:00.000Z';
const RETURNED = '2026-11-24T09:00:00.000Z';

const extended = after(held, EXTENDED, { extensions: 1, expires_at: '2026-11-20T10:17:00.000Z' });

const reduced = after(held, CHANGED, {
  lines: [{ ...line, quantity: 1, allocations: [{ ...allocation, quantity: 1 }] }],
});

const confirmed = after(held, CONFIRMED, {
  status: 'confirmed',
  payment_reference: 'pay-5501',
  lines: [{ ...line, confirmed_quantity: 2 }],
  warehouse_sync: newSync('confirm', CONFIRMED),
  confirmed_at: CONFIRMED,
});

const expired = after(held, EXPIRED_NOTICED, {
  status: 'expired',
  release_reason: 'expired',
  warehouse_sync: newSync('expire', EXPIRED_NOTICED),
  expired_at: EXPIRED,
});

const cancelled = after(confirmed, CANCELLED, {
  status: 'cancelled',
  release_reason: 'customer changed their mind',
  lines: [
    {
      ...line,
      confirmed_quantity: 2,
      cancelled_quantity: 2,
      allocations: [{ ...allocation, cancelled_quantity: 2 }],
    },
  ],
  warehouse_sync: newSync('cancel', CANCELLED),
  cancelled_at: CANCELLED,
});

const deducted = after(confirmed, DEDUCTED, {
  status: 'fulfilled',
  lines: [
    {
      ...line,
      confirmed_quantity: 2,
      fulfilled_quantity: 2,
      allocations: [{ ...allocation, fulfilled_quantity: 2 }],
    },
  ],
  warehouse_sync: {
    ...newSync('confirm', CONFIRMED),
    state: 'succeeded',
    attempts: 1,
    last_status: 200,
    next_attempt_at: null,
  },
  fulfilled_at: DEDUCTED,
});

const returned = after(deducted, RETURNED, {
  lines: deducted.lines.map((sent) => ({
    ...sent,
    returned_quantity: 1,
    allocations: sent.allocations.map((each) => ({ ...each, returned_quantity: 1 })),
  })),
});

const change = (on_hand: number, reserved: number, allocated: number) => [
  { sku: 'TSHIRT-M', location: 'WH-WEST', on_hand, reserved, allocated },
];

const level = {
  sku: 'MUG',
  location: 'WH-EAST',
  on_hand: 3,
  reserved: 1,
  allocated: 4,
  safety_stock: 0,
  backorder_limit: 0,
  backordered: 2,
  shortfall: 2,
  available: 0,
  version: 8,
  updated_at: '2026-11-20T16:00:00.000Z',
};

interface Example<Type extends EventType> {
  readonly subject: string;
  readonly time: string;
  readonly data: EventData<Type>;
}

const transition = <More extends object = object>(
  reservation: Reservation,
  previous_status: Reservation['status'] | null,
  stock_changes: ReturnType<typeof change>,
  more?: More & { readonly reason?: string },
) => ({
  subject: reservation.id,
  time: reservation.updated_at,
  data: { reservation, previous_status, stock_changes, reason: null, ...(more as More) },
});

const EXAMPLES: { readonly [Type in EventType]: Example<Type> } = {
  'warehouse.inventory.reserved': transition(held, null, change(0, 2, 0)),
  'warehouse.inventory.waiting': transition(waiting, null, []),
  'warehouse.inventory.confirmed': transition(confirmed, 'held', change(0, -2, 2), { after_refusal: false }),
  'warehouse.inventory.changed': transition(reduced, 'held', change(0, -1, 0), { reason: 'one is enough' }),
  'warehouse.inventory.extended': transition(extended, 'held', []),
  'warehouse.inventory.released': transition(expired, 'held', change(0, -2, 0)),
  'warehouse.inventory.expired': transition(expired, 'held', change(0, -2, 0)),
  'warehouse.inventory.cancelled': transition(cancelled, 'confirmed', change(0, 0, -2)),
  'warehouse.inventory.deducted': transition(deducted, 'confirmed', change(-2, 0, -2)),
  'warehouse.inventory.returned': transition(returned, 'fulfilled', change(1, 0, 0), { reason: 'too small' }),
  'warehouse.inventory.expiring': {
    subject: held.id,
    time: '2026-11-20T10:13:00.112Z',
    data: { reservation: held },
  },
  'warehouse.inventory.confirm_refused': {
    subject: held.id,
    time: '2026-11-20T10:16:31.000Z',
    data: {
      reservation: expired,
      payment_reference: 'pay-5501',
      final: false,
      refusal: {
        code: 'reservation_expired',
        detail: 'The hold has expired. Reserve again, or confirm with on_expired "reacquire".',
      },
    },
  },
  'warehouse.inventory.sync_failed': {
    subject: held.id,
    time: '2026-11-20T10:07:22.000Z',
    data: {
      reservation: {
        ...confirmed,
        warehouse_sync: {
          ...newSync('confirm', CONFIRMED),
          state: 'failed',
          attempts: 8,
          last_status: 503,
          last_error: 'the gateway answered 503',
          next_attempt_at: null,
        },
      },
    },
  },
  'warehouse.inventory.reservation_refused': {
    subject: 'o-1002',
    time: '2026-11-20T10:03:00.000Z',
    data: {
      order_id: 'o-1002',
      lines: [{ sku: 'MUG', location: null, quantity: 3 }],
      payment_reference: null,
      refusal: {
        code: 'insufficient_stock',
        detail: 'Not enough of MUG: 3 asked for, 1 available.',
        lines: [{ sku: 'MUG', requested: 3, available: 1 }],
      },
    },
  },
  'warehouse.inventory.stock_shortfall': {
    subject: 'MUG/WH-EAST',
    time: level.updated_at,
    data: { stock_level: level, previous_shortfall: 0 },
  },
  'warehouse.inventory.reconciled': {
    subject: 'MUG/WH-EAST',
    time: '2026-11-20T17:00:00.000Z',
    data: {
      stock_level: {
        ...level,
        on_hand: 5,
        backordered: 0,
        shortfall: 0,
        version: 9,
        updated_at: '2026-11-20T17:00:00.000Z',
      },
      stock_changes: [{ sku: 'MUG', location: 'WH-EAST', on_hand: 2, reserved: 0, allocated: 0 }],
    },
  },
  'warehouse.inventory.stock_low': {
    subject: 'MUG',
    time: '2026-11-20T15:00:00.000Z',
    data: { sku: 'MUG', available: 20, low_stock_threshold: 20 },
  },
  'warehouse.inventory.stock_recovered': {
    subject: 'MUG',
    time: '2026-11-20T18:00:00.000Z',
    data: { sku: 'MUG', available: 60, low_stock_threshold: 20 },
  },
};

/** What an event of a type looks like. */
export function exampleOf(type: EventType, publisher: Publisher): CloudEvent {
  return cloudEvent({ id: '01a1f869-dd90-7c1e-8a2f-3b4c5d6e7f80', type, ...EXAMPLES[type] }, publisher);
}
