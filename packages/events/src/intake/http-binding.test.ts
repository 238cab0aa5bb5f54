import type { IncomingHttpHeaders } from 'node:http';
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { eventFormOf } from './http-binding.ts';

const EVENT = new CloudEvent({
  id: 'e-1',
  source: '/orders',
  type: 'order.order.created',
  subject: 'o-1',
  time: '2026-11-20T10:00:00.000Z',
  dataschema: 'https://orders.example.com/created.json',
  datacontenttype: 'application/json',
  traceparent: '00-abc-def-01',
  data: { order_id: 'o-1', lines: [{ sku: 'MUG', quantity: 1 }] },
});
const SENT = { ...(EVENT.toJSON() as object) };

/** As a server gets it: header names in lower case, the body parsed. */
function parse(headers: IncomingHttpHeaders, body: unknown) {
  const lowered = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const form = eventFormOf(lowered);
  if (!form) throw new Error('no form');
  return form.schema.safeParse(form.assemble(body));
}

const parseMessage = ({ headers, body }: Message) => parse(headers, JSON.parse(String(body)));

const faultsOf = (headers: IncomingHttpHeaders, body: unknown) =>
  parse(headers, body).error?.issues.map(({ path, message }) => [path.join('.'), message]);

describe('what the CloudEvents SDK sends is understood', () => {
  test('structured', () => {
    expect(parseMessage(HTTP.structured(EVENT)).data).toEqual([SENT]);
  });

  test('binary', () => {
    expect(parseMessage(HTTP.binary(EVENT)).data).toEqual([SENT]);
  });

  test('batched', () => {
    const other = EVENT.cloneWith({ id: 'e-2' });
    const message = {
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      body: JSON.stringify([EVENT, other]),
    };
    expect(parseMessage(message).data).toEqual([SENT, { ...SENT, id: 'e-2' }]);
  });
});

describe('which form it is', () => {
  const ce = { 'ce-id': '1' };

  test.each([
    ['application/cloudevents', {}],
    ['application/cloudevents+avro', ce],
    ['application/cloudevents+jsonx', ce],
    ['application/cloudevents-batch+xml', ce],
    ['application/json', {}],
    [undefined, {}],
  ])('%s with %j: none', (type, headers) => {
    expect(eventFormOf({ ...headers, 'content-type': type })).toBeNull();
  });

  test('a charset or capitals make no other form', () => {
    const headers = { 'content-type': 'Application/CloudEvents+JSON ; charset=utf-8' };
    expect(parse(headers, SENT).data).toEqual([SENT]);
  });

  test('the content type decides, not a stray header', () => {
    expect(parse({ ...ce, 'content-type': 'application/cloudevents+json' }, SENT).data).toEqual([SENT]);
  });
});

const headers = (more: IncomingHttpHeaders = {}) => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': 'e-1',
  'ce-source': '/orders',
  'ce-type': 'a.b',
  ...more,
});

const subjectOf = (value: string) => parse(headers({ 'ce-subject': value }), {}).data?.[0]?.subject;

describe('attributes in headers', () => {
  test.each([
    ['Euro%20%E2%82%AC%20%F0%9F%98%80', 'Euro € 😀'],
    ['%22quoted%22', '"quoted"'],
    ['"in \\"old\\" quotes"', 'in "old" quotes'],
    ['once%2520only', 'once%20only'],
    ['plain', 'plain'],
  ])('%s is %s', (sent, meant) => {
    expect(subjectOf(sent)).toBe(meant);
  });

  test.each(['100%', '%C3%28', '%e2%82'])('%s is refused', (value) => {
    expect(faultsOf(headers({ 'ce-id': value }), {})).toContainEqual([
      'ce-id',
      'is not UTF-8 that is percent-encoded',
    ]);
  });

  test('what is missing is named by its header', () => {
    const faults = faultsOf({ 'content-type': 'application/json', 'ce-id': 'e-1' }, {});
    expect(faults?.map(([path]) => path)).toEqual(['ce-specversion', 'ce-source', 'ce-type']);
  });

  test('an event may have no data', () => {
    expect(parse(headers(), undefined).data).toMatchObject([{ id: 'e-1' }]);
  });
});

describe('attributes in JSON', () => {
  const structured = { 'content-type': 'application/cloudevents+json' };
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

  test.each<[path: string, change: object]>([
    ['specversion', { specversion: '0.3' }],
    ['specversion', { specversion: 1 }],
    ['id', { id: '' }],
    ['id', { id: undefined }],
    ['id', { id: 7 }],
    ['id', { id: 'x'.repeat(256) }],
    ['id', { id: 'a\0b' }],
    ['source', { source: '' }],
    ['source', { source: 'x'.repeat(256) }],
    ['source', { source: '\ud800' }],
    ['type', { type: null }],
    ['type', { type: '' }],
    ['subject', { subject: '' }],
    ['time', { time: 'yesterday' }],
    ['time', { time: '2026-11-20' }],
    ['datacontenttype', { datacontenttype: 'text/xml' }],
    ['datacontenttype', { datacontenttype: 'jsonp' }],
    ['data_base64', { data: undefined, data_base64: 'e30=' }],
    ['', { data: deep(64) }],
  ])('%s is at fault in %j', (path, change) => {
    expect(faultsOf(structured, { ...SENT, ...change })?.map(([at]) => at)).toEqual([path]);
    const batched = { 'content-type': 'application/cloudevents-batch+json' };
    const at = path === '' ? '1' : `1.${path}`;
    expect(faultsOf(batched, [SENT, { ...SENT, ...change }])?.map(([found]) => found)).toEqual([at]);
  });

  test.each<[what: string, change: object]>([
    ['the longest id there may be', { id: 'x'.repeat(255) }],
    ['null for what is not set', { subject: null, time: null, dataschema: null, datacontenttype: null }],
    ['a time with an offset and nanoseconds', { time: '2026-11-20T10:00:00.123456789+05:30' }],
    ['a time in small letters', { time: '2026-11-20t10:00:00z' }],
    ['a leap second', { time: '2016-12-31T23:59:60Z' }],
    ['another type of JSON', { datacontenttype: 'application/vnd.order+json; charset=utf-8' }],
    ['extensions', { traceparent: '00-1-2-01', sampled: true, shard: 3 }],
    ['data of no shape', { data: 'text' }],
    ['data as deep as it may be', { data: deep(63) }],
  ])('%s is taken', (_what, change) => {
    expect(parse(structured, { ...SENT, ...change }).success).toBe(true);
  });

  test('data need not be there', () => {
    const { data: _data, ...without } = SENT as { data?: unknown };
    expect(parse(structured, without).success).toBe(true);
  });

  test.each([undefined, null, [], 'text', 7])('%j is no event', (body) => {
    expect(faultsOf(structured, body)?.map(([path]) => path)).toEqual(['']);
  });

  test('of 0 or 101 events none is taken', () => {
    const batched = { 'content-type': 'application/cloudevents-batch+json' };
    for (const body of [[], Array.from({ length: 101 }, () => SENT), SENT]) {
      expect(faultsOf(batched, body)?.map(([path]) => path)).toEqual(['']);
    }
    expect(
      parse(
        batched,
        Array.from({ length: 100 }, () => SENT),
      ).success,
    ).toBe(true);
  });
});
