import { CloudEvent, HTTP } from 'cloudevents';
import { EVENT_TYPES, type EventType } from './event-catalog.ts';
import { cloudEventOf, toCloudEvent } from './cloud-event.ts';
import { exampleOf } from './event-examples.ts';
import type { StoredEvent } from './event-feed-store.ts';

const PUBLISHER = { publicUrl: 'https://holdfast.example' };

/** As it would stand in the database. */
function storedAs(type: EventType): StoredEvent {
  const { id, subject, time, data } = exampleOf(type, PUBLISHER);
  const { reservation, stock_level, ...changed } = data as Record<string, unknown>;
  const thing = reservation ?? stock_level;
  return {
    position: 1,
    id,
    type,
    subject,
    time,
    reservationId: reservation ? subject : null,
    data: thing ?? data,
    changed: thing && Object.keys(changed).length > 0 ? changed : null,
  };
}

describe.each(EVENT_TYPES)('%s', (type) => {
  const event = toCloudEvent(storedAs(type), PUBLISHER);

  test('a row is published as its example shows it', () => {
    expect(event).toEqual(exampleOf(type, PUBLISHER));
  });

  test('its own schema accepts it, and no other type’s', () => {
    expect(cloudEventOf(type).parse(event)).toEqual(event);
    expect(cloudEventOf(type).safeParse({ ...event, type: 'warehouse.inventory.moved' }).success).toBe(false);
  });

  test('the CloudEvents SDK takes it for a CloudEvent, strictly, and reads it out of a request', () => {
    expect(new CloudEvent({ ...event }, true).validate()).toBe(true);
    const headers = { 'content-type': 'application/cloudevents+json' };
    const received = HTTP.toEvent({ headers, body: JSON.stringify(event) });
    expect(JSON.parse(JSON.stringify(received))).toEqual(event);
  });
});

test('a transition from before changes were stored is published without them', () => {
  const event = toCloudEvent({ ...storedAs('warehouse.inventory.confirmed'), changed: null }, PUBLISHER);
  expect(event.data).toMatchObject({ previous_status: null, stock_changes: [], reason: null });
  expect(cloudEventOf('warehouse.inventory.confirmed').parse(event)).toEqual(event);
});

test.each([
  ['reservation_expired', false],
  ['insufficient_stock', true],
  ['invalid_transition', true],
])(
  'a refused payment from before `final` was added is final, except if the hold had only expired: %s',
  (code, final) => {
    const changed = { payment_reference: 'pay-1', refusal: { code, detail: 'the detail of that time' } };
    const event = toCloudEvent({ ...storedAs('warehouse.inventory.confirm_refused'), changed }, PUBLISHER);
    expect(event.data).toMatchObject({ ...changed, final });
    expect(cloudEventOf('warehouse.inventory.confirm_refused').parse(event)).toEqual(event);
  },
);

test('a `confirmed` from before `after_refusal` was added has false', () => {
  const changed = { previous_status: 'held', stock_changes: [] };
  const event = toCloudEvent({ ...storedAs('warehouse.inventory.confirmed'), changed }, PUBLISHER);
  expect(event.data).toMatchObject({ ...changed, after_refusal: false });
});

test('what a newer release has written is left to it', () => {
  const stored = { ...storedAs('warehouse.inventory.reserved'), type: 'warehouse.inventory.moved' };
  expect(() => toCloudEvent(stored, PUBLISHER)).toThrow('no event type warehouse.inventory.moved');
});
