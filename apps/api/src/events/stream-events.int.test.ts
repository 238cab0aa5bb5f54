import { readNewestPosition, sequenceEvents } from '@holdfast/events';
import { createMetrics } from '@holdfast/runtime';
import { eventually } from '@holdfast/testing';
import { writeCursor } from '../http/fields-schema.ts';
import { startServer } from '../server.ts';
import { scenarioOfSuite } from '../testing/api-scenario.ts';
import { readStream, type StreamReader } from '../testing/event-stream-reader.ts';
import type { TestApi } from '../testing/start-api.ts';

const scenario = scenarioOfSuite({ EVENT_STREAMS_PER_KEY: '600' });
let api: TestApi;
const readers: StreamReader[] = [];

beforeAll(() => {
  ({ api } = scenario);
});
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});

/** There is no worker here. */
const publish = () => sequenceEvents(api.context.database, { eventsMax: 10_000 });

async function newest(): Promise<string> {
  await publish();
  return writeCursor([await readNewestPosition(api.context.database.prisma)]);
}

function open(query = '', headers: Readonly<Record<string, string>> = {}, at = api.url): StreamReader {
  const reader = readStream(`${at}/v1/events/stream${query}`, headers);
  readers.push(reader);
  return reader;
}

/** Open, with the line that says where it begins. */
async function opened(...args: Parameters<typeof open>): Promise<StreamReader> {
  const reader = open(...args);
  await eventually(() => reader.messages.length > 0);
  return reader;
}

const namesOf = ({ events }: StreamReader) =>
  events.map(({ event }) => event?.replace('warehouse.inventory.', ''));

const counted = (all: readonly StreamReader[]) => all.reduce((sum, { events }) => sum + events.length, 0);

/** Events of holds of these SKUs and orders in turn, without the work of holding. */
async function addEvents(count: number, { skus = 10, bytes = 10 } = {}): Promise<void> {
  await scenario.sql.query(
    `INSERT INTO events (id, type, subject, time, data, changed)
     SELECT
       gen_random_uuid(), 'warehouse.inventory.' || (ARRAY['reserved', 'confirmed'])[1 + n % 2], 'o-' || n % 50, now(),
       json_build_object(
         'id', n, 'order_id', 'o-' || n % 50, 'note', repeat('x', $3::integer),
         'lines', json_build_array(json_build_object(
           'sku', 'STREAM-' || n % $2::integer, 'quantity', 1, 'allocations', json_build_array()
         ))
       ),
       '{"previous_status": null, "stock_changes": []}'
     FROM generate_series(1, $1::integer) AS n`,
    [count, skus, bytes],
  );
  await publish();
}

describe('a stream', () => {
  test('has what happens from now on, each event with its cursor, type and CloudEvent', async () => {
    const sku = await scenario.newSku(100);
    await scenario.hold(sku);
    const begin = await newest();
    const reader = await opened();
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
    });
    expect(reader.messages).toEqual([{ id: begin, event: null, data: '' }]);
    const { id } = await scenario.hold(sku, 2);
    await scenario.confirm(id);
    await publish();
    await eventually(() => expect(namesOf(reader)).toEqual(['reserved', 'confirmed']));
    const { body } = await api.call('get', `/v1/events?after=${begin}`);
    expect(body).toMatchObject({
      data: reader.events.map(({ data }) => JSON.parse(data) as unknown),
      next_cursor: reader.lastId,
    });
  });

  test('begins behind a cursor, and Last-Event-ID wins', async () => {
    const begin = await newest();
    await addEvents(450);
    const all = open(`?after=${begin}`);
    await eventually(() => expect(all.events).toHaveLength(450));
    const middle = all.events[299]?.id ?? '';
    const rest = open(`?after=${begin}`, { 'Last-Event-ID': middle });
    await eventually(() => expect(rest.events).toEqual(all.events.slice(300)));
    const none = await opened('', { 'Last-Event-ID': all.lastId ?? '' });
    await addEvents(1);
    await eventually(() => expect(none.events).toHaveLength(1));
    expect(rest.events.at(-1)).toEqual(none.events[0]);
  });

  test.each([
    ['sku', (n: number) => `sku=STREAM-${n}`, 10],
    ['order_id', (n: number) => `order_id=o-${n}`, 50],
    ['types', (n: number) => `types=warehouse.inventory.${n % 2 === 0 ? 'reserved' : 'confirmed'}`, 2],
  ])('has what %s asks for, as the feed does', async (_name, filter, share) => {
    const begin = await newest();
    const live = await opened(`?${filter(1)}`);
    await addEvents(300);
    const later = open(`?after=${begin}&${filter(1)}`);
    for (const reader of [live, later]) {
      await eventually(() => expect(reader.events).toHaveLength(300 / share));
    }
    const answer = await fetch(`${api.url}/v1/events?limit=200&after=${begin}&${filter(1)}`);
    const data = live.events.map((event) => JSON.parse(event.data) as unknown);
    expect(await answer.json()).toEqual({ data, next_cursor: expect.any(String) });
    expect(later.events).toEqual(live.events);
  });

  test('of one reservation has its events only, from the feed and as they come', async () => {
    const begin = await newest();
    const sku = await scenario.newSku(100);
    const { id } = await scenario.hold(sku);
    await scenario.hold(sku);
    await publish();
    const reader = open(`?after=${begin}&reservation_id=${id}`);
    await eventually(() => expect(namesOf(reader)).toEqual(['reserved']));
    await scenario.confirm(id);
    await publish();
    await eventually(() => expect(namesOf(reader)).toEqual(['reserved', 'confirmed']));
    const { body } = await api.call('get', `/v1/events?after=${begin}&reservation_id=${id}`);
    expect(body).toMatchObject({ data: [{ subject: id }, { subject: id }] });
  });

  test.each([
    ['an unknown parameter', '?wait_seconds=3', {}],
    ['a cursor that is none', '?after=x', {}],
    ['a Last-Event-ID that is none', '', { 'Last-Event-ID': 'x' }],
    ['a cursor that is ahead of the feed', `?after=${writeCursor([9_999_999])}`, {}],
    ['a Last-Event-ID that is ahead of the feed', '', { 'Last-Event-ID': writeCursor([9_999_999]) }],
  ])('is refused with %s', async (_what, query, headers) => {
    const { status, body } = await api.call('get', `/v1/events/stream${query}`, undefined, headers);
    expect({ status, body }).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  test('is answered to HEAD without events, by Express as by the hot router, and never compressed', async () => {
    const head = await fetch(`${api.url}/v1/events/stream`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const { context: itsOwn } = await scenario.openApi(); // which the stop of this server stops
    const context = { ...itsOwn, metrics: createMetrics('api'), opened: [] };
    const express = await startServer(context, { withHotRouter: false });
    const begin = await newest();
    const reader = await opened('', { 'Accept-Encoding': 'gzip' }, express.url);
    await addEvents(1);
    await eventually(() => expect(reader.events).toHaveLength(1));
    expect(reader.messages[0]?.id).toBe(begin);
    expect(reader.headers['content-encoding']).toBeUndefined();
    reader.close();
    await express.stop();
  });
});

describe('a reader', () => {
  test('that does not read is closed, at the cost of no other', async () => {
    const before = await newest();
    const good = await opened('?sku=STREAM-1');
    const slow = await opened();
    slow.pause();
    // More than the buffers of both ends of a connection can keep.
    for (let n = 0; n < 8; n += 1) await addEvents(1_000, { bytes: 10_000 });
    await eventually(() => expect(good.events).toHaveLength(800));
    const ended = api.context.eventStreams.ended;
    await eventually(async () => {
      const { values } = await ended.get();
      expect(values.find(({ labels }) => labels.reason === 'too slow')?.value).toBe(1);
    });
    await addEvents(10);
    await eventually(() => expect(good.events).toHaveLength(801));
    expect(before).not.toBe(good.lastId);
  });

  test('that goes away gives its place back', async () => {
    const { places } = api.context.eventStreams;
    await eventually(() => places.taken === 0);
    const reader = await opened();
    expect(places.taken).toBe(1);
    reader.close();
    await eventually(() => places.taken === 0);
  });

  test('is refused when its key has no stream left', async () => {
    const limited = await scenario.openApi({ EVENT_STREAMS_PER_KEY: '1' });
    await opened('', {}, limited.url);
    const { status, headers, body } = await limited.call('get', '/v1/events/stream');
    expect({ status, retry: headers['retry-after'], body }).toMatchObject({
      status: 503,
      retry: '5',
      body: { code: 'overloaded' },
    });
  });
});

describe('500 readers', () => {
  test('of an API that restarts get each event once, whatever their filters', async () => {
    const EVENTS = 2_000;
    const begin = await newest();
    let target = await scenario.openApi();
    const done = new AbortController();
    const filters = [...Array(500).keys()].map((n) => (n % 50 === 0 ? '' : `&sku=STREAM-${n % 10}`));
    const following = filters.map(async (filter) => {
      const got: string[] = [];
      for (let last = begin; !done.signal.aborted;) {
        const reader = open(`?after=${begin}${filter}`, { 'Last-Event-ID': last }, target.url);
        await reader.ended;
        got.push(...reader.events.map(({ id }) => id));
        last = reader.lastId ?? last;
      }
      return got;
    });
    await eventually(() => target.context.eventStreams.places.taken === 500);
    for (let n = 0; n < EVENTS / 100; n += 1) {
      await addEvents(100);
      if (n === 9) {
        const old = target;
        target = await scenario.openApi();
        await old.close();
      }
    }
    const expected = filters.reduce((sum, filter) => sum + (filter === '' ? EVENTS : EVENTS / 10), 0);
    await eventually(() => counted(readers) === expected);
    done.abort();
    for (const reader of readers) reader.close();
    const { rows } = await scenario.sql.query<{ positions: number[] }>(
      `SELECT array_agg(position::integer ORDER BY position) AS positions FROM event_positions WHERE position > $1`,
      [JSON.parse(Buffer.from(begin, 'base64url').toString())[0]],
    );
    const cursors = rows[0]?.positions.map((position) => writeCursor([position]));
    for (const [index, got] of (await Promise.all(following)).entries()) {
      if (filters[index] === '') expect(got).toEqual(cursors);
      else expect(new Set(got).size).toBe(EVENTS / 10);
    }
  });
});
