import { randomInt, randomUUID } from 'node:crypto';
import { checkLedgerInvariants, queueBackends } from '@holdfast/testing';
import { type House, openHouse } from './house.ts';
import { patiently } from './patience.ts';
import { type Answer, type Problem, type Reservation, type Shop, shopAt } from './shop.ts';

jest.setTimeout(120_000);

const SHOPPERS = 12;
const CARTS_EACH = 16;
const SKUS = ['MUG', 'CAP', 'BAG', 'TSHIRT'];
/** Little enough that some are refused. */
const STOCK_EACH = 60;

/** Its time was over; or it was, and what it asked for again has been sold. */
const TOO_LATE: unknown = expect.stringMatching(/^(expired|insufficient_stock)$/);

/** What a shopper was told last of a reservation. */
type Said = 'held' | 'confirmed' | 'released';

describe.each(queueBackends)('random load with processes dying, queues on $name', (backend) => {
  const seed = randomInt(2 ** 31);
  let house: House;
  let apiUrls: readonly string[];

  beforeAll(async () => {
    house = await openHouse(backend, { apis: 2, workers: 2, env: { GATEWAY_TIMEOUT_MS: '500' } });
    for (const sku of SKUS) await house.shop.stock(sku, STOCK_EACH);
    apiUrls = house.apis.map(({ url }) => url);
  });

  afterAll(() => house?.close());

  const count = async (sql: string): Promise<number> => {
    const [row] = await house.query<{ count: number }>(`SELECT count(*)::integer AS count ${sql}`);
    return row?.count ?? Number.NaN;
  };

  /** As a careful client: no answer, or a 503, and the same call with the same key goes to the next API. */
  async function insist<Body>(first: number, call: (shop: Shop) => Promise<Answer<Body>>) {
    let turn = first;
    return patiently(async () => {
      const answer = await call(shopAt(apiUrls[turn++ % apiUrls.length] ?? ''));
      if (answer.status >= 500) throw new Error(`answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      return answer;
    });
  }

  /** One shopper, cart after cart, by dice. */
  async function shopping(number: number, said: Map<string, Said>): Promise<void> {
    const dice = diceOf(seed + number);
    for (let cart = 0; cart < CARTS_EACH; cart++) {
      const wish = {
        sku: SKUS[Math.floor(dice() * SKUS.length)] ?? 'MUG',
        quantity: 1 + Math.floor(dice() * 3),
        ttl_seconds: 1 + Math.floor(dice() * 2),
      };
      const [key, next] = [randomUUID(), randomUUID()];
      const made = await insist(number, (shop) => shop.reserve(wish, key));
      const choice = dice();
      if (made.status !== 201) {
        expect([made.status, made.body.code]).toEqual([409, 'insufficient_stock']);
        continue;
      }
      const { id } = made.body;
      said.set(id, 'held');
      if (choice < 0.35) told(id, 'confirmed', await insist(number, (shop) => shop.confirm(id, {}, next)));
      else if (choice < 0.6) told(id, 'released', await insist(number, (shop) => shop.release(id, {}, next)));
      else if (choice < 0.75) {
        // Until its time is over, and then too late.
        await patiently(async () => {
          const { body } = await insist<Reservation>(number, (shop) => seen(shop, id));
          return body.status === 'expired';
        });
        const body = { on_expired: dice() < 0.5 ? 'reject' : 'reacquire' };
        told(id, 'confirmed', await insist(number, (shop) => shop.confirm(id, body, next)));
      }
    }

    function told(id: string, state: Said, { status, body }: Answer<Reservation & Problem>): void {
      if (status === 200) said.set(id, state);
      else expect([status, body.current_status ?? body.code]).toEqual([409, TOO_LATE]);
    }
  }

  test('whatever was acknowledged is so, every due hold ends, and every sync is told once', async () => {
    process.stderr.write(`random load on ${backend.name}: seed ${seed}\n`);
    const said = new Map<string, Said>();
    const shoppers = Promise.all(Array.from({ length: SHOPPERS }, (_, number) => shopping(number, said)));
    const { workers, apis } = house;
    const [worker] = workers;
    const [api] = apis;
    if (!worker || !api) throw new Error('no processes');
    const accidents = (async () => {
      await patiently(() => said.size >= 30);
      await house.kill(worker);
      const restarted = house.start('worker');
      await patiently(() => said.size >= 60);
      await house.kill(api);
      await restarted;
    })();
    // Both to their end: nothing may start or kill a process after the test.
    const ends = await Promise.allSettled([shoppers, accidents]);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);

    await patiently(async () => (await count(`FROM reservations WHERE status = 'held'`)) === 0);
    await patiently(
      async () => (await count(`FROM warehouse_syncs WHERE state NOT IN ('succeeded', 'superseded')`)) === 0,
    );

    const rows = await house.query<{ id: string; status: string }>('SELECT id, status FROM reservations');
    const found = new Map(rows.map(({ id, status }) => [id, status]));
    const asSaid = new Map([...said].map(([id, state]) => [id, state === 'held' ? 'expired' : state]));
    expect(found).toEqual(asSaid);
    const { requests, keys } = await house.warehouse.report();
    // What was overtaken before the warehouse heard of it is not told.
    const syncs = await house.query<{ id: string }>(
      `SELECT id FROM warehouse_syncs WHERE state = 'succeeded' OR attempts > 0`,
    );
    expect(keys).toBe(syncs.length);
    expect(new Set(requests.map(({ idempotency_key }) => idempotency_key))).toEqual(
      new Set(syncs.map(({ id }) => id)),
    );
    expect(await checkLedgerInvariants(house.databaseUrl)).toEqual([]);
  });
});

/** GET as an answer, so that `insist` sees the status. */
const seen = async (shop: Shop, id: string): Promise<Answer<Reservation>> => {
  const body = await shop.see(id);
  return { status: 200, headers: new Headers(), body, tookMs: 0 };
};

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
function diceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
