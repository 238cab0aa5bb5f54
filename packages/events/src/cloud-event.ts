import { time } from '@holdfast/contract';
import { showKept, type KeptReservation, type NewEvent } from '@holdfast/domain';
import { z } from 'zod';
import { EVENTS, type EventData, type EventType, type Published } from './event-catalog.ts';
import type { StoredEvent } from './event-feed-store.ts';

/** The attributes that every event has, without its type. */
export const eventAttributes = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.guid().meta({
    description: 'UUIDv7. The same in each delivery and on each channel, so it identifies repeats',
  }),
  source: z.url().meta({ description: '`PUBLIC_URL` of the service that published the event' }),
  subject: z.string().min(1),
  time: time().meta({ description: 'When the change was decided, by the database’s clock' }),
  datacontenttype: z.literal('application/json'),
  dataschema: z.url().meta({ description: 'The JSON Schema of `data`' }),
});

/** A CloudEvent 1.0 as it is published, in structured JSON. */
export type CloudEvent = Published<z.infer<typeof eventAttributes>> & {
  readonly type: EventType;
  readonly data: EventData;
};

/** The schema of a whole event of one type: its attributes, and its data. */
export const cloudEventOf = (type: EventType) =>
  eventAttributes.extend({ type: z.literal(type), data: EVENTS[type].data });

/** Open to types that are not known yet, and to the test call of a webhook, whose data has no schema. */
export const anyCloudEvent = eventAttributes.extend({
  type: z.string().min(1),
  dataschema: eventAttributes.shape.dataschema.optional(),
  data: z.looseObject({}),
});

/** The beginning of an event's source and of its schemas' URLs. */
export interface Publisher {
  readonly publicUrl: string;
}

/** The JSON Schema of an event's data. */
export const schemaUrl = ({ publicUrl }: Publisher, name: string): string =>
  `${publicUrl}/schemas/${name}.json`;

/**
 * A row of `events` as all sinks publish it. Rows are trusted: the compiler checks their writers.
 *
 * @throws {Error} for a type that only a newer release has, which must publish it
 */
export function toCloudEvent(stored: Omit<StoredEvent, 'position'>, publisher: Publisher): CloudEvent {
  const { id, subject, time } = stored;
  const { type, data } = published(stored as Written);
  return cloudEvent({ id, type, subject, time, data }, publisher);
}

/** An event with the attributes that all events have. */
export function cloudEvent(
  { id, type, subject, time, data }: Pick<CloudEvent, 'id' | 'type' | 'subject' | 'time' | 'data'>,
  publisher: Publisher,
): CloudEvent {
  return {
    specversion: '1.0',
    id,
    source: publisher.publicUrl,
    type,
    subject,
    time,
    datacontenttype: 'application/json',
    dataschema: schemaUrl(publisher, type),
    data,
  };
}

type Transition = Extract<NewEvent, { readonly changed: { readonly previous_status: unknown } }>;
/** The value for events from before the field `changed`. */
const NOT_RECORDED: Transition['changed'] = { previous_status: null, stock_changes: [] };

type StoredTransition = Omit<Transition, 'changed'> & { readonly changed: Transition['changed'] | null };

type ConfirmRefused = Extract<NewEvent, { readonly changed: { readonly final: boolean } }>;

/** An event as it is written to `events`, by a decision or by a statement. */
type Written =
  | Exclude<NewEvent, Transition | ConfirmRefused>
  | (Omit<ConfirmRefused, 'changed'> & {
      /** Events from before `final` was added do not have it. */
      readonly changed: Omit<ConfirmRefused['changed'], 'final'> & { readonly final?: boolean };
    })
  | StoredTransition
  | { readonly type: 'warehouse.inventory.sync_failed'; readonly data: KeptReservation }
  | {
      readonly type: 'warehouse.inventory.stock_low' | 'warehouse.inventory.stock_recovered';
      readonly data: EventData<'warehouse.inventory.stock_low'>;
    };

type TypedData = { [Type in EventType]: { readonly type: Type; readonly data: EventData<Type> } }[EventType];

/** Who called is not published: a name of an operator is not for every receiver. */
function transitionOf({ data, changed }: Pick<StoredTransition, 'data' | 'changed'>) {
  const { previous_status, stock_changes, reason = null } = changed ?? NOT_RECORDED;
  return { reservation: showKept(data), previous_status, stock_changes, reason };
}

function published(event: Written): TypedData {
  const { type } = event;
  switch (type) {
    case 'warehouse.inventory.confirmed': {
      const { after_refusal = false } = event.changed ?? NOT_RECORDED;
      return { type, data: { ...transitionOf(event), after_refusal } };
    }
    case 'warehouse.inventory.changed':
    case 'warehouse.inventory.returned':
    case 'warehouse.inventory.reserved':
    case 'warehouse.inventory.waiting':
    case 'warehouse.inventory.extended':
    case 'warehouse.inventory.released':
    case 'warehouse.inventory.expired':
    case 'warehouse.inventory.cancelled':
    case 'warehouse.inventory.deducted':
      return { type, data: transitionOf(event) };
    case 'warehouse.inventory.confirm_refused': {
      const { final = event.changed.refusal.code !== 'reservation_expired', ...changed } = event.changed;
      return { type, data: { reservation: showKept(event.data), ...changed, final } };
    }
    case 'warehouse.inventory.expiring':
    case 'warehouse.inventory.sync_failed':
      return { type, data: { reservation: showKept(event.data) } };
    case 'warehouse.inventory.stock_shortfall':
      return { type, data: { stock_level: event.data, ...event.changed } };
    case 'warehouse.inventory.reconciled':
      return { type, data: { stock_level: event.data, ...event.changed } };
    case 'warehouse.inventory.reservation_refused':
      return { type, data: event.data };
    case 'warehouse.inventory.stock_low':
    case 'warehouse.inventory.stock_recovered':
      return { type, data: event.data };
    default:
      throw new Error(`there is no event type ${String(type satisfies never)} in this release`);
  }
}
