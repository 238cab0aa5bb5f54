import { EVENT_TYPES, toCloudEvent, type StoredEvent } from '@holdfast/events';
import { CloudEvent, Kafka } from 'cloudevents';
import { keyOf, messageOf, topicOf, type KafkaMode } from './kafka-message.ts';

const LOW: StoredEvent = {
  position: 7,
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  type: 'warehouse.inventory.stock_low',
  subject: 'MUG €',
  time: '2026-11-21T10:00:00.000Z',
  reservationId: null,
  data: { sku: 'MUG €', available: 3, low_stock_threshold: 5 },
  changed: null,
};
const RESERVATION = '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10';

describe('the topic of an event', () => {
  test('is its type without `warehouse.`, behind the prefix', () => {
    expect(topicOf('warehouse.inventory.reserved', { prefix: '' })).toBe('inventory.reserved');
    expect(topicOf('warehouse.inventory.released', { prefix: 'eu.' })).toBe('eu.inventory.released');
  });

  test('is one for all types where a topic is set', () => {
    expect(new Set(EVENT_TYPES.map((type) => topicOf(type, { topic: 'stock' })))).toEqual(new Set(['stock']));
  });
});

describe('the key of an event', () => {
  test.each<[what: string, event: Partial<StoredEvent>, key: string]>([
    [
      'the reservation',
      { reservationId: RESERVATION, subject: RESERVATION, data: { status: 'held' } },
      RESERVATION,
    ],
    ['the SKU, of an event about stock', {}, 'MUG €'],
    [
      'the SKU, of an event about a level',
      { subject: 'MUG/EAST', data: { sku: 'MUG', location: 'EAST' } },
      'MUG',
    ],
    [
      'the order, where there is no reservation',
      { subject: 'o-1', data: { order_id: 'o-1', lines: [] } },
      'o-1',
    ],
  ])('is %s', (_what, event, key) => {
    expect(keyOf({ ...LOW, ...event })).toBe(key);
  });
});

const event = toCloudEvent(LOW, { publicUrl: 'https://shop.example' });
/** As consumers get it: values are bytes. */
const received = (mode: KafkaMode) => {
  const { key, value, headers } = messageOf(event, 'MUG €', mode);
  return { key, value: Buffer.from(value), headers, body: value } as unknown as Parameters<
    typeof Kafka.toEvent
  >[0];
};

describe.each<KafkaMode>(['binary', 'structured'])('a message in %s mode', (mode) => {
  test('is read by the SDK of CloudEvents as the event that the feed has', () => {
    const read = Kafka.toEvent<object>(received(mode));
    if (!(read instanceof CloudEvent)) throw new Error('it is no single event');
    const { partitionkey, ...attributes } = read.toJSON();
    expect(partitionkey).toBe('MUG €');
    expect(attributes).toEqual(event);
    expect(() => read.validate()).not.toThrow();
  });
});

test('in binary mode the value is the data alone, and attributes are in ce_ headers', () => {
  const { value, headers } = messageOf(event, 'MUG', 'binary');
  expect(JSON.parse(value)).toEqual(LOW.data);
  expect(headers).toEqual({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: LOW.id,
    ce_source: 'https://shop.example',
    ce_type: LOW.type,
    ce_subject: 'MUG €',
    ce_time: LOW.time,
    ce_dataschema: 'https://shop.example/schemas/warehouse.inventory.stock_low.json',
  });
});
