import { together } from '@holdfast/testing';
import { isReplay, openShop, refused, repliesOf, withKey, type ApiShop } from '../testing/open-shop.ts';
import type { TestApi } from '../testing/start-api.ts';

// Idempotency-Key with the verbs that change a reservation.

let shop: ApiShop;
let other: TestApi;
let keys = 0;

beforeAll(async () => {
  shop = await openShop({ RESERVATION_MAX_EXTENSIONS: '1000' });
  other = await shop.openApi();
  expect(await shop.stock({ NEAR: 10_000 })).toBe(SKU);
});
afterAll(() => shop.close());

/** The first that a shop makes; the table needs its name before it is made. */
const SKU = 'SKU-1';
const newKey = () => `key-${(keys += 1)}`;
const part = (quantity: number) => ({ lines: [{ sku: SKU, quantity }] });

/** A verb, what it is done to, and two bodies that differ. Each would change something if it were done twice. */
const VERBS = [
  {
    verb: 'extend',
    begin: () => shop.hold(SKU, 5),
    body: { ttl_seconds: 1_000 },
    otherBody: { ttl_seconds: 1_001 },
  },
  { verb: 'fulfill', begin: () => shop.confirmed(SKU, 50), body: part(2), otherBody: part(3) },
  { verb: 'fulfill', begin: () => shop.hold(SKU, 50), body: part(2), otherBody: {} },
  { verb: 'cancel', begin: () => shop.confirmed(SKU, 5), body: { reason: 'a' }, otherBody: { reason: 'b' } },
];

describe.each(VERBS)('$verb with a key', ({ verb, begin, body, otherBody }) => {
  test('is done once; its repeat is a replay, of whichever process it is asked', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const first = await shop.verb(id, verb, body, withKey(key));
    expect([first.status, isReplay(first)]).toEqual([200, false]);
    for (const api of [shop.api, other]) {
      const again = await shop.verb(id, verb, body, withKey(key), api);
      expect([again.status, isReplay(again)]).toEqual([200, true]);
      expect(again.body).toEqual(first.body);
    }
    expect(await shop.read(id)).toEqual(first.body);
  });

  test('is refused with another body, and the first answer stays', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const first = await shop.verb(id, verb, body, withKey(key));
    for (const api of [shop.api, other]) {
      const reply = await shop.verb(id, verb, otherBody, withKey(key), api);
      expect(reply).toMatchObject(refused(422, 'idempotency_key_reused'));
      expect(isReplay(reply)).toBe(false);
    }
    expect((await shop.verb(id, verb, body, withKey(key))).body).toEqual(first.body);
    expect(await shop.read(id)).toEqual(first.body);
  });

  test('is done once for callers that come at the same moment, in two processes', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const replies = repliesOf(
      await together(12, (number) => shop.verb(id, verb, body, withKey(key), number % 2 ? other : shop.api)),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1);
    expect(replies.filter((reply) => !isReplay(reply))).toHaveLength(1);
    expect(replies[0]?.body).toEqual(await shop.read(id));
  });

  test('a refusal (409) is kept, and replayed as one', async () => {
    const [{ id }, key] = [await shop.hold(SKU, 1), newKey()];
    await shop.verb(id, 'release');
    const first = await shop.verb(id, verb, body, withKey(key));
    const again = await shop.verb(id, verb, body, withKey(key), other);
    expect(first).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
    expect(again).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
    expect([first, again].map(isReplay)).toEqual([false, true]);
  });
});

test('a key is of one verb: extend, fulfill and cancel of one reservation may use the same', async () => {
  const [{ id }, key] = [await shop.hold(SKU, 5), newKey()];
  for (const [verb, body] of [
    ['extend', { ttl_seconds: 1_000 }],
    ['fulfill', part(1)],
    ['cancel', undefined],
  ] as const) {
    const reply = await shop.verb(id, verb, body, withKey(key));
    expect([reply.status, isReplay(reply)]).toEqual([200, false]);
  }
});
