import { CloudEvent, Kafka } from 'cloudevents';
import { readMessage, type ReceivedMessage } from './received-message.ts';

const EVENT = new CloudEvent<object>({
  id: 'order-77',
  source: 'https://orders.example/eu',
  type: 'order.order.cancelled',
  subject: 'Ördér 1',
  time: '2026-11-20T10:00:00.000Z',
  datacontenttype: 'application/json',
  data: { order_id: 'o-1', reason: '100 % "sure"' },
});

const message = (headers: Record<string, string>, value: string | Buffer | null): ReceivedMessage => ({
  topic: 'orders',
  partition: 2,
  offset: '41',
  headers,
  value: typeof value === 'string' ? Buffer.from(value) : value,
});

const problemOf = (headers: Record<string, string>, value: string | Buffer | null) =>
  readMessage(message(headers, value)).problem;

test.each(['binary', 'structured'] as const)('an event that the SDK sends in %s mode is read', (mode) => {
  const { headers, value } = Kafka[mode](EVENT);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const { event, problem } = readMessage(message(headers as Record<string, string>, text));
  expect(problem).toBeNull();
  expect(event).toMatchObject({
    id: EVENT.id,
    source: EVENT.source,
    type: EVENT.type,
    subject: EVENT.subject,
    data: EVENT.data,
  });
});

test('an attribute in a header is taken as it is, without percent-decoding', () => {
  const headers = { ce_specversion: '1.0', ce_id: '%41', ce_source: '/orders', ce_type: 'a.b' };
  expect(readMessage(message(headers, null)).event).toMatchObject({ id: '%41', data: undefined });
});

const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };

test.each<
  [what: string, headers: Record<string, string>, value: string | Buffer | null, code: string, detail: RegExp]
>([
  ['nothing of an event', {}, '{}', 'unsupported_media_type', /ce_ headers/],
  ['a tombstone', {}, null, 'unsupported_media_type', /ce_ headers/],
  [
    'a batch',
    { 'content-type': 'application/cloudevents-batch+json' },
    '[]',
    'unsupported_media_type',
    /ce_ headers/,
  ],
  ['no JSON', structured, '{', 'malformed_json', /not JSON/],
  ['bytes that are not UTF-8', structured, Buffer.from([0x22, 0xff, 0x22]), 'malformed_json', /not JSON/],
  ['no attributes', { ce_id: '1' }, '{}', 'validation_failed', /ce_specversion/],
  [
    'an event without an id',
    structured,
    '{"specversion":"1.0","source":"/o","type":"t"}',
    'validation_failed',
    /id/,
  ],
  ['more than 1 MB', structured, Buffer.alloc(1_000_001, 32), 'payload_too_large', /1 MB/],
])('%s is refused, and kept under its place in Kafka', (_what, headers, value, code, detail) => {
  const { event, problem } = readMessage(message(headers, value));
  expect(problem).toMatchObject({ code, detail: expect.stringMatching(detail) });
  expect(event).toMatchObject({ source: 'kafka:orders', id: '2/41', data: { reason: problem?.detail } });
  expect(JSON.stringify(event).length).toBeLessThan(70_000);
});

test('the stored part can be stored for any bytes', () => {
  const { event } = readMessage(message({ 'x-note': 'a\0b' }, Buffer.from([0, 1, 0xff])));
  expect(JSON.stringify(event)).not.toContain('\\u0000');
});

test('a problem is not found in what is an event', () => {
  expect(problemOf(structured, JSON.stringify(EVENT))).toBeNull();
});
