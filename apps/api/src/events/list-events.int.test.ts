import { readNewestPosition, sequenceEvents, EVENT_TYPES } from '@holdfast/events';
import { createMetrics } from '@holdfast/runtime';
import { eventually, timed, together, untilServed } from '@holdfast/testing';
import { connect } from 'node:net';
import type { z } from 'zod';
import { eventFeedAnswer } from './list-events.ts';
import { writeCursor } from '../http/fields-schema.ts';
import { refused, scenarioOfSuite } from '../testing/api-scenario.ts';
import { startServer } from '../server.ts';
import type { TestApi } from '../testing/start-api.ts';

let api: TestApi;
let sku: string;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  ({ api } = scenario);
  sku = await scenario.newSku(1_000);
});
afterEach(() => jest.restoreAllMocks());

type Feed = z.infer<typeof eventFeedAnswer>;

async function feed(query = '', at = api): Promise<Feed> {
  const { status, body } = await at.call('get', `/v1/events${query}`);
  expect(status).toBe(200);
  return eventFeedAnswer.parse(body);
}

/** There is no worker here. */
const publish = () => sequenceEvents(api.context.database, { eventsMax: 10_000 });

/** The time that `wait_seconds=30` allows. */
const LONGEST_WAIT_MS = 30_000;

const namesOf = ({ data }: Feed) => data.map(({ type }) => type.replace('warehouse.inventory.', ''));

/** The place of the newest event. */
async function newest(): Promise<string> {
  await publish();
  return writeCursor([await readNewestPosition(api.context.database.prisma)]);
}

describe('one event', () => {
  test('is read by its id, as the feed has it', async () => {
    const begin = await newest();
    await scenario.hold(sku);
    await publish();
    const [event] = (await feed(`?after=${begin}`)).data;
    expect(await api.call('get', `/v1/events/${event?.id}`)).toMatchObject({ status: 200, body: event });
  });

  test('that does not exist is 404', async () => {
    expect(await api.call('get', '/v1/events/0199b0c4-0000-7000-8000-000000000000')).toMatchObject(
      refused(404, 'not_found'),
    );
  });
});

describe('the feed', () => {
  test('shows what happened, oldest first, in CloudEvents, page by page', async () => {
    const begin = await newest();
    const { id } = await scenario.hold(sku, 2, { order_id: 'o-1' });
    await scenario.confirm(id);
    const other = await scenario.hold(sku, 3);
    await scenario.release(other.id);
    expect((await feed(`?after=${begin}`)).data).toEqual([]); // not before they have their place
    await publish();
    const first = await feed(`?limit=3&after=${begin}`);
    expect(namesOf(first)).toEqual(['reserved', 'confirmed', 'reserved']);
    expect(first.data[0]).toMatchObject({
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      source: 'http://127.0.0.1:3000',
      type: 'warehouse.inventory.reserved',
      subject: id,
      dataschema: 'http://127.0.0.1:3000/schemas/warehouse.inventory.reserved.json',
      data: {
        reservation: { id, status: 'held', order_id: 'o-1' },
        previous_status: null,
        stock_changes: [{ sku, location: 'EAST', on_hand: 0, reserved: 2, allocated: 0 }],
      },
    });
    const second = await feed(`?limit=3&after=${first.next_cursor}`);
    expect(namesOf(second)).toEqual(['released']);
    const third = await feed(`?after=${second.next_cursor}`);
    expect(third).toEqual({ data: [], next_cursor: second.next_cursor });
    await scenario.hold(sku);
    await publish();
    expect(namesOf(await feed(`?after=${third.next_cursor}`))).toEqual(['reserved']);
    expect((await feed('?limit=1')).data).toHaveLength(1); // without a cursor, from the oldest on
  });

  test('shows only the requested types, and a cursor continues after the others', async () => {
    const begin = await newest();
    for (let n = 0; n < 3; n += 1) {
      const { id } = await scenario.hold(sku);
      await scenario.verb(id, n === 2 ? 'release' : 'confirm');
    }
    await publish();
    const prefix = 'warehouse.inventory';
    expect(namesOf(await feed(`?after=${begin}&types=${prefix}.confirmed`))).toEqual([
      'confirmed',
      'confirmed',
    ]);
    const both = `types=${prefix}.confirmed,${prefix}.released`;
    expect(namesOf(await feed(`?after=${begin}&${both}`))).toEqual(['confirmed', 'confirmed', 'released']);
    const repeated = `types=${prefix}.released&types=${prefix}.expired`;
    expect(namesOf(await feed(`?after=${begin}&${repeated}`))).toEqual(['released']);
    const none = await feed(`?after=${begin}&types=${prefix}.stock_low`);
    expect(none.data).toEqual([]);
    expect(none.next_cursor).toBe(await newest());
  });

  test('refuses a type that there is not, and names those that there are', async () => {
    const { status, body } = await api.call('get', '/v1/events?types=warehouse.inventory.reserved,reserved');
    expect(status).toBe(400);
    for (const type of EVENT_TYPES) expect(JSON.stringify(body)).toContain(type);
  });

  test.each([
    'limit=0',
    'limit=201',
    'wait_seconds=31',
    'wait_seconds=-1',
    'after=xyz',
    'cursor=abc',
    'types=',
  ])('refuses ?%s', async (query) => {
    expect((await api.call('get', `/v1/events?${query}`)).status).toBe(400);
  });

  test('refuses a cursor that is ahead of it, in place of never telling anything', async () => {
    const reply = await api.call('get', `/v1/events?after=${writeCursor([1_000_000])}&wait_seconds=30`);
    expect(reply).toMatchObject({ status: 400, body: { errors: [{ path: 'after' }] } });
  });
});

describe('who waits', () => {
  test('gets what comes as soon as it comes', async () => {
    const after = await newest();
    const waiting = timed(() => feed(`?after=${after}&wait_seconds=30`));
    await eventually(() => api.context.longPolls.taken === 1);
    await scenario.hold(sku);
    await publish();
    const { value, tookMs } = await waiting;
    expect(namesOf(value)).toEqual(['reserved']);
    expect(tookMs).toBeLessThan(LONGEST_WAIT_MS / 2);
    expect(api.context.longPolls.taken).toBe(0);
  });

  test('for a type sleeps through the others', async () => {
    const after = await newest();
    const waiting = feed(`?after=${after}&wait_seconds=30&types=warehouse.inventory.confirmed`);
    await eventually(() => api.context.longPolls.taken === 1);
    const { id } = await scenario.hold(sku);
    await publish();
    await scenario.confirm(id);
    await publish();
    expect(namesOf(await waiting)).toEqual(['confirmed']);
  });

  test('in vain gets an empty page when the time is over', async () => {
    const after = await newest();
    const { value, tookMs, allowedMs } = await timed(() => feed(`?after=${after}&wait_seconds=1`));
    expect(value).toEqual({ data: [], next_cursor: after });
    expect(tookMs).toBeGreaterThanOrEqual(1_000);
    expect(tookMs).toBeLessThan(allowedMs(2_000));
  });

  test('keeps no connection to the database, however many wait, and one look serves all', async () => {
    const after = await newest();
    const { database } = api.context;
    const path = `/v1/events?after=${after}&wait_seconds=30`;
    const all = together(100, async () => {
      const { body } = await untilServed(() => api.call('get', path)); // four connections, a hundred callers
      return eventFeedAnswer.parse(body);
    });
    await eventually(() => api.context.longPolls.taken === 100);
    await eventually(() => database.pool.inUse === 0);
    await scenario.hold(sku);
    await publish();
    const names = (await all).map((each) =>
      each.status === 'fulfilled' ? namesOf(each.value) : each.reason,
    );
    expect(names).toEqual(Array.from({ length: 100 }, () => ['reserved']));
  });

  test('is refused when too many wait already, but not what is there', async () => {
    const after = await newest();
    jest.spyOn(api.context.longPolls, 'take').mockReturnValue(null);
    const { status, headers } = await api.call('get', `/v1/events?after=${after}&wait_seconds=30`);
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '2' });
    await feed(`?after=${after}`);
    await scenario.hold(sku);
    await publish();
    expect(namesOf(await feed(`?after=${after}&wait_seconds=30`))).toEqual(['reserved']);
  });

  test('is answered at once when the process is to stop', async () => {
    const after = await newest();
    const other = await scenario.openApi();
    const waiting = timed(() => feed(`?after=${after}&wait_seconds=30`, other));
    await eventually(() => other.context.longPolls.taken === 1);
    await other.close();
    const { value, tookMs } = await waiting;
    expect(value).toEqual({ data: [], next_cursor: after });
    expect(tookMs).toBeLessThan(LONGEST_WAIT_MS / 2);
  });

  test('and goes away is not waited for', async () => {
    const after = await newest();
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /v1/events?after=${after}&wait_seconds=30 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await eventually(() => api.context.longPolls.taken === 1);
    socket.destroy();
    await eventually(() => expect(api.context.longPolls.taken).toBe(0));
  });

  test('longer than a request may take to arrive is not cut off', async () => {
    const after = await newest();
    const quick = await scenario.openApi(); // the same rules, with less time
    const context = { ...quick.context, metrics: createMetrics('api'), opened: [] };
    const server = await startServer(context, { requestTimeoutMs: 300 });
    const started = performance.now();
    const answer = await fetch(`${server.url}/v1/events?after=${after}&wait_seconds=2`);
    expect(answer.status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(2_000);
    await server.stop();
  });
});
