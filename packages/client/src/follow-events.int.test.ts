import { sequenceEvents } from '@holdfast/events';
import { eventually, openFaultyLink, type FaultyLink } from '@holdfast/testing';
import { scenarioOfSuite } from '../../../apps/api/src/testing/api-scenario.ts';
import type { TestApi } from '../../../apps/api/src/testing/start-api.ts';
import { createClient, HoldfastError, type Client, type FollowOptions, type HoldfastEvent } from './index.ts';
import { FOLLOW_LIMITS, followEvents } from './follow-events.ts';
import { Transport } from './transport.ts';

const scenario = scenarioOfSuite();
let withoutStreams: TestApi;
let link: FaultyLink;
let client: Client;
let ended: AbortController;

beforeAll(async () => {
  withoutStreams = await scenario.openApi({ EVENT_STREAMS_PER_KEY: '0' });
  const { hostname: host, port } = new URL(scenario.api.url);
  link = await openFaultyLink({ host, port: Number(port) });
  client = createClient({ baseUrl: `http://127.0.0.1:${link.port}` });
});
beforeEach(() => {
  ended = new AbortController();
  link.resume();
});
afterEach(() => {
  ended.abort();
  link.cut(); // also the connections that `fetch` opens ahead
});
afterAll(() => link.close());

/** There is no worker here. */
const publish = () => sequenceEvents(scenario.api.context.database, { eventsMax: 10_000 });

async function addEvents(sku: string, count: number): Promise<readonly string[]> {
  const ids = [];
  for (let each = 0; each < count; each++) ids.push((await scenario.hold(sku)).id);
  await publish();
  return ids;
}

function memoryStore(cursor?: string) {
  const saved: string[] = [];
  return {
    saved,
    load: () => saved.at(-1) ?? cursor,
    save: (each: string) => void saved.push(each),
  };
}

const heldIn = (event: HoldfastEvent): string | undefined =>
  event.type === 'warehouse.inventory.reserved' ? event.data.reservation.id : undefined;

/** Handles so many events, and stops. */
async function take(events: AsyncIterable<HoldfastEvent>, count: number) {
  const ids: (string | undefined)[] = [];
  for await (const event of events) {
    ids.push(heldIn(event));
    if (ids.length === count) break;
  }
  return ids;
}

const following = (options: FollowOptions, at = client) =>
  at.events.follow({ signal: ended.signal, saveEveryMs: 0, ...options });

test('has all events from the start, and goes on where the cursor is', async () => {
  const sku = await scenario.newSku(100);
  const held = await addEvents(sku, 3);
  const cursorStore = memoryStore();
  const taken = take(following({ cursorStore, sku, from: 'start' }), 4);
  await eventually(() => cursorStore.saved.length > 0);
  const [last] = await addEvents(sku, 1);
  expect(await taken).toEqual([...held, last]);
  const more = await addEvents(sku, 2);
  // The event in which the loop was left counts as not handled.
  expect(await take(following({ cursorStore, sku }), 3)).toEqual([last, ...more]);
});

test('has what happens from now on', async () => {
  const sku = await scenario.newSku(100);
  await addEvents(sku, 1);
  const cursorStore = memoryStore();
  const taken = take(following({ cursorStore, sku }), 2);
  await eventually(() => cursorStore.saved.length > 0);
  const held = await addEvents(sku, 2);
  expect(await taken).toEqual(held);
});

test('has each event at least once, though connections break and the handler fails', async () => {
  const sku = await scenario.newSku(1_000);
  const held = await addEvents(sku, 40);
  const cursorStore = memoryStore();
  const seen: (string | undefined)[] = [];
  for (let failures = 0; new Set(seen).size < held.length;) {
    try {
      for await (const event of following({ cursorStore, sku, from: 'start' })) {
        seen.push(heldIn(event));
        if (seen.length % 9 === 0) link.reset();
        if (seen.length % 13 === 0) throw new Error('the handler has failed');
        if (new Set(seen).size === held.length) break;
      }
    } catch (error) {
      failures += 1;
      expect(error).toMatchObject({ message: 'the handler has failed' });
      expect(failures).toBeLessThan(10);
    }
  }
  expect([...new Set(seen)]).toEqual(held);
});

test('polls where streams are refused', async () => {
  const sku = await scenario.newSku(100);
  const held = await addEvents(sku, 3);
  const at = createClient({ baseUrl: withoutStreams.url });
  const cursorStore = memoryStore();
  const taken = take(following({ cursorStore, sku, from: 'start' }, at), 5);
  const more = await addEvents(sku, 2);
  expect(await taken).toEqual([...held, ...more]);
});

test('goes on after a stream that is silent', async () => {
  const sku = await scenario.newSku(100);
  const [first] = await addEvents(sku, 1);
  const transport = new Transport({ baseUrl: `http://127.0.0.1:${link.port}`, timeoutMs: 500 });
  const limits = {
    ...FOLLOW_LIMITS,
    silenceMaxMs: 300,
    pollWaitSeconds: 1,
    backoff: { firstMs: 10, maxMs: 50 },
  };
  const options = { cursorStore: memoryStore(), sku, from: 'start' as const, signal: ended.signal };
  const events = followEvents(transport, options, limits);
  expect(heldIn((await events.next()).value as HoldfastEvent)).toBe(first);
  link.stallOpen('to client');
  const [second] = await addEvents(sku, 1);
  expect(heldIn((await events.next()).value as HoldfastEvent)).toBe(second);
  await events.return();
});

test('throws what no repetition helps against, and when the service is away for too long', async () => {
  const wrong = following({ cursorStore: memoryStore('bm9uc2Vuc2U') });
  await expect(take(wrong, 1)).rejects.toMatchObject({ code: 'validation_failed' });
  link.cut();
  const away = following({ cursorStore: memoryStore(), outageMaxMs: 500 });
  await expect(take(away, 1)).rejects.toBeInstanceOf(HoldfastError);
  link.resume();
});

test('ends when its signal is aborted, and saves how far it was', async () => {
  const sku = await scenario.newSku(100);
  const held = await addEvents(sku, 2);
  const stop = new AbortController();
  const cursorStore = memoryStore();
  const seen: (string | undefined)[] = [];
  const options = { cursorStore, sku, from: 'start' as const, signal: stop.signal, saveEveryMs: 60_000 };
  for await (const event of client.events.follow(options)) {
    seen.push(heldIn(event));
    if (seen.length === 2) stop.abort();
  }
  expect(seen).toEqual(held);
  expect(cursorStore.saved.length).toBeGreaterThan(0);
  const [next] = await addEvents(sku, 1);
  expect(await take(following({ cursorStore, sku }), 1)).toEqual([next]);
});
