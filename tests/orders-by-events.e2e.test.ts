import { randomInt } from 'node:crypto';
import { pick, seededDice, type Dice } from '@holdfast/domain/testing';
import { checkLedgerInvariants, eventually, together, queueOfRun } from '@holdfast/testing';
import { CloudEvent, HTTP } from 'cloudevents';
import { type Fleet, openFleet } from './fleet.ts';
import { fulfillmentsOf, heldOf, levelsOf, ordersOf, sentIn } from './order-outcomes.ts';
import {
  LOCATIONS,
  type OrderEvent,
  repeatedAndShuffled,
  SKUS,
  STOCK_EACH,
  randomStories,
} from './order-stories.ts';

const ORDERS = 400;
const SENDERS = 16;
const BATCH_MAX = 8;
const RACES = 200;
/** The call and the event may each reserve a unit before either is cancelled. */
const RACE_STOCK = 2 * RACES;

describe('orders driven by events', () => {
  const seed = randomInt(2 ** 31);
  const dice = seededDice(seed);
  const stories = randomStories(dice, ORDERS);
  const events = stories.flatMap((story) => story.events);
  let calm: Fleet;
  let wild: Fleet;

  beforeAll(async () => {
    process.stderr.write(`orders by events: seed ${seed}, ${events.length} events\n`);
    calm = await openFleet(queueOfRun, { apis: 1, workers: 0 });
    wild = await openFleet(queueOfRun, { apis: 2, workers: 0 });
    for (const fleet of [calm, wild]) await fill(fleet);
  });
  afterAll(async () => {
    await calm?.close();
    await wild?.close();
  });

  test('shuffled, repeated and in parallel, they end as they do one after the other', async () => {
    const [api] = urlsOf(calm);
    for (const story of stories) await send(api, batchOf(story.events));

    const deliveries = inRequests(dice, repeatedAndShuffled(dice, events));
    const urls = urlsOf(wild);
    const results: Result[] = [];
    await Promise.all(
      Array.from({ length: SENDERS }, async (_, number) => {
        for (let next = deliveries.pop(); next; next = deliveries.pop()) {
          results.push(...(await send(urls[number % 2] ?? '', next)));
        }
      }),
    );

    expect(results.filter(({ state }) => state === 'dead')).toEqual([]);
    expect(results.filter(({ effects, note, problem }) => effects.length === 0 && !note && !problem)).toEqual(
      [],
    );
    expect(await levelsOf(wild)).toEqual(await levelsOf(calm));
    expect(await ordersOf(wild)).toEqual(await ordersOf(calm));
    expect(await ordersOf(wild)).toHaveLength(ORDERS);
    expect(await heldOf(wild, stories)).toEqual([]);
    expect(await fulfillmentsOf(wild)).toEqual(sentIn(stories));
    for (const fleet of [calm, wild]) expect(await checkLedgerInvariants(fleet.databaseUrl)).toEqual([]);
  });

  test(`created, by an event and by a call, and cancelled at the same time: nothing is held or confirmed, ${RACES} times`, async () => {
    const urls = urlsOf(wild);
    const ends: string[] = [];
    for (let race = 0; race < RACES; race += 1) {
      const orderId = `race-${race}`;
      const rivals = [
        eventOf('order.order.created', { order_id: orderId, lines: [{ sku: 'RACE', quantity: 1 }] }),
        eventOf('order.order.cancelled', { order_id: orderId }),
      ];
      const settled = await together(3, async (number) => {
        const url = urls[(number + race) % 2] ?? '';
        const rival = rivals[number];
        return rival ? send(url, HTTP.structured(rival)) : create(url, orderId, race % 4 < 2);
      });
      expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
      const rows = await wild.query<{ status: string }>(
        'SELECT status FROM reservations WHERE order_id = $1',
        [orderId],
      );
      ends.push(...(rows.length > 0 ? rows.map(({ status }) => status) : ['none']));
    }
    const never = ends.filter((end) => end === 'none').length;
    process.stderr.write(`of ${RACES} races ${never} were cancelled first\n`);
    const over = ['none', 'released', 'cancelled'];
    expect(new Set(over)).toEqual(new Set([...ends, ...over]));
    expect(await wild.client.availability('RACE')).toMatchObject({
      reserved: 0,
      allocated: 0,
      on_hand: RACE_STOCK,
    });
    expect(await checkLedgerInvariants(wild.databaseUrl)).toEqual([]);
  });
});

const eventOf = (type: string, data: object): OrderEvent =>
  new CloudEvent<object>({ source: '/orders', type, data });

function urlsOf(fleet: Fleet): [string, ...string[]] {
  const [first, ...others] = fleet.apis.map(({ url }) => url);
  if (first === undefined) throw new Error('no API is running');
  return [first, ...others];
}

async function fill(fleet: Fleet): Promise<void> {
  for (const sku of SKUS)
    for (const location of LOCATIONS) await fleet.client.stock(sku, STOCK_EACH, location);
  await fleet.client.stock('RACE', RACE_STOCK);
}

interface Request {
  readonly headers: object;
  readonly body: unknown;
}

interface Result {
  readonly state: string;
  readonly effects: readonly unknown[];
  readonly note: string | null;
  readonly problem: unknown;
}

const batchOf = (events: readonly OrderEvent[]): Request => ({
  headers: { 'content-type': 'application/cloudevents-batch+json' },
  body: JSON.stringify(events),
});

/** Some alone, in either form, some in batches. */
function inRequests(dice: Dice, events: readonly OrderEvent[]): Request[] {
  const requests: Request[] = [];
  for (let from = 0; from < events.length;) {
    const taken = events.slice(from, from + dice.whole(1, BATCH_MAX));
    from += taken.length;
    requests.push(
      ...(taken.length > 1
        ? [batchOf(taken)]
        : taken.map((event) => HTTP[pick(dice, ['binary', 'structured'] as const)](event))),
    );
  }
  return requests;
}

/** Like a careful sender: sends all events again that are refused for now. */
const send = (url: string, { headers, body }: Request): Promise<readonly Result[]> =>
  eventually(async () => {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: String(body),
    });
    const answer = (await response.json()) as { results: Result[] };
    if (response.status !== 202) throw new Error(`answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer.results;
  });

/** A create over HTTP, held or confirmed: 201, or 409 `order_cancelled`. */
const create = (url: string, orderId: string, isConfirmed: boolean): Promise<void> =>
  eventually(async () => {
    const lines = [{ sku: 'RACE', quantity: 1 }];
    const response = await fetch(`${url}/v1/reservations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ order_id: orderId, lines, ...(isConfirmed ? { confirm: true } : {}) }),
    });
    const { code } = (await response.json()) as { code?: string };
    if (response.status !== 201 && code !== 'order_cancelled')
      throw new Error(`answered ${response.status} ${code}`);
  });
