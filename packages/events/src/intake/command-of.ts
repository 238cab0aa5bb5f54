import { type Fault, parseInput } from '@holdfast/contract';
import type { LinePart, OrderCommand } from '@holdfast/domain';
import type { z } from 'zod';
import type { IncomingEvent } from './incoming-envelope.ts';
import {
  INCOMING_EVENTS,
  INCOMING_TYPES,
  isIncomingType,
  type IncomingData,
  type LineData,
} from './incoming-events.ts';

export interface IntakeSettings {
  /** How long a hold lives if the event does not say it, and the longest that an event may ask for. */
  readonly ttlSeconds: number;
  readonly maxHoldSeconds: number;
  readonly onPaymentFailed: 'nothing' | 'release';
}

interface Reader {
  readonly settings: IntakeSettings;
  readonly caller: string;
  readonly newId: () => string;
}

/** An event that can never be processed, and why, by path: as in `data.lines.0.sku`. */
export class EventUnreadable extends Error {
  override name = 'EventUnreadable';

  constructor(readonly faults: readonly Fault[]) {
    super('the event cannot be read');
  }
}

/** An event that has no effect here, and why. */
interface NothingAsked {
  readonly kind: 'nothing';
  readonly note: string;
}

/**
 * The command of an event. @throws {EventUnreadable} its type is not known, or its data does not fit the type
 */
export function commandOf(event: IncomingEvent, reader: Reader): OrderCommand | NothingAsked {
  const { type } = event;
  if (!isIncomingType(type)) throw unknownType();
  switch (type) {
    case 'order.order.created':
    case 'order.order.changed':
      return orderWithLines(type, dataOf(event, INCOMING_EVENTS[type]), event.source, reader);
    case 'order.order.status_changed':
      return orderStatusChanged(dataOf(event, INCOMING_EVENTS[type]), reader);
    case 'order.order.cancelled': {
      const { order_id, reason } = dataOf(event, INCOMING_EVENTS[type]);
      return { kind: 'order-cancelled', orderId: order_id, reason: reason ?? null, caller: reader.caller };
    }
    case 'fulfillment.fulfillment.completed':
      return fulfillmentCompleted(dataOf(event, INCOMING_EVENTS[type]), reader);
    default:
      return type satisfies never;
  }
}

/**
 * The part of an event that decides its effect: its type, and the fields of its data that are read. Null
 * counts as absent. Two events with the same content are the same event.
 *
 * @throws {EventUnreadable} as {@link commandOf}
 */
export function contentOf(event: IncomingEvent): EventContent {
  const { type } = event;
  if (!isIncomingType(type)) throw unknownType();
  const data: unknown = dataOf<z.ZodType>(event, INCOMING_EVENTS[type]);
  return {
    type,
    data: JSON.parse(
      JSON.stringify(data, (_key, value: unknown) => value ?? undefined),
    ) as EventContent['data'],
  };
}

interface EventContent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The content as a release read it that did not know these fields. Null: it has none of them. */
export function earlierContentOf({ type, data }: EventContent): EventContent | null {
  const { customer_id, locations, ...known } = data;
  const isSame = customer_id === undefined && locations === undefined;
  return type !== 'order.order.created' || isSame ? null : { type, data: known };
}

function dataOf<Data extends z.ZodType>({ data }: IncomingEvent, schema: Data): z.infer<Data> {
  const parsed = parseInput(schema, data);
  if (!parsed.faults) return parsed.data;
  throw new EventUnreadable(
    parsed.faults.map(({ path, message }) => ({ path: path === '' ? 'data' : `data.${path}`, message })),
  );
}

const unknownType = () => unreadable('type', `is none that is known here: ${INCOMING_TYPES.join(', ')}`);

const unreadable = (path: string, message: string) => new EventUnreadable([{ path, message }]);

const KINDS = { 'order.order.created': 'order-created', 'order.order.changed': 'order-changed' } as const;

function orderWithLines(
  type: keyof typeof KINDS,
  data: IncomingData<keyof typeof KINDS>,
  source: string,
  { settings, caller, newId }: Reader,
): OrderCommand {
  const ttlSeconds = data.ttl_seconds ?? settings.ttlSeconds;
  if (ttlSeconds > settings.maxHoldSeconds) {
    throw unreadable('data.ttl_seconds', `must be at most ${settings.maxHoldSeconds}`);
  }
  return {
    kind: KINDS[type],
    orderId: data.order_id,
    reserve: {
      kind: 'reserve',
      reservationId: newId(),
      orderId: data.order_id,
      cartId: data.cart_id ?? null,
      customerId: data.customer_id ?? null,
      storeId: data.store_id ?? null,
      source,
      metadata: data.metadata ?? {},
      lines: data.lines.map(asPart),
      sourcing: data.sourcing ?? 'split',
      locations: data.locations ?? null,
      ifShort: 'reject',
      paymentReference: null,
      ttlSeconds,
      caller,
    },
    caller,
  };
}

function orderStatusChanged(
  data: IncomingData<'order.order.status_changed'>,
  { settings, caller }: Reader,
): OrderCommand | NothingAsked {
  switch (data.status) {
    case 'confirmed':
    case 'paid':
      return {
        kind: 'order-paid',
        orderId: data.order_id,
        paymentReference: data.payment_reference ?? null,
        onExpired: data.on_expired ?? 'reject',
        caller,
      };
    case 'payment_failed':
      return settings.onPaymentFailed === 'release'
        ? { kind: 'order-payment-failed', orderId: data.order_id, caller }
        : { kind: 'nothing', note: 'A failed payment changes nothing here (ON_PAYMENT_FAILED=nothing).' };
    default:
      return { kind: 'nothing', note: `The status ${JSON.stringify(data.status)} changes nothing here.` };
  }
}

function fulfillmentCompleted(
  data: IncomingData<'fulfillment.fulfillment.completed'>,
  { caller }: Reader,
): OrderCommand {
  return {
    kind: 'order-fulfilled',
    orderId: data.order_id,
    fulfillmentId: data.fulfillment_id,
    parts: data.lines?.map(asPart) ?? null,
    caller,
  };
}

function asPart({ sku, quantity, location }: LineData): LinePart {
  return { sku, quantity, location: location ?? null };
}
