import { together, withKey } from '@holdfast/testing';
import { isReplay, scenarioOfSuite, refused, repliesOf } from '../testing/api-scenario.ts';
import type { TestApi } from '../testing/start-api.ts';

// Idempotency-Key with the verbs that change a reservation.

let other: TestApi;
let keys = 0;

const scenario = scenarioOfSuite({ RESERVATION_MAX_EXTENSIONS: '1000' });
beforeAll(async () => {
  other = await scenario.openApi();
  expect(await scenario.newSku(10_000)).toBe(SKU);
});

/** The first that a scenario makes; the table needs its name before it is made. */
const SKU = 'SKU-1';
const newKey = () => `key-${(keys += 1)}`;
const part = (quantity: number) => ({ lines: [{ sku: SKU, quantity }] });

/** A verb, its reservation, and two different bodies. Each has another effect if it is repeated. */
const VERBS = [
  {
    verb: 'extend',
    begin: () => scenario.hold(SKU, 5),
    body: { ttl_seconds: 1_000 },
    otherBody: { ttl_seconds: 1_001 },
  },
  { verb: 'fulfill', begin: () => scenario.confirmed(SKU, 50), body: part(2), otherBody: part(3) },
  { verb: 'fulfill', begin: () => scenario.hold(SKU, 50), body: part(2), otherBody: {} },
  {
    verb: 'cancel',
    begin: () => scenario.confirmed(SKU, 5),
    body: { reason: 'a' },
    otherBody: { reason: 'b' },
  },
];

describe.each(VERBS)('$verb with a key', ({ verb, begin, body, otherBody }) => {
  test('is done once; its repeat is a replay, of whichever process it is asked', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const first = await scenario.verb(id, verb, body, withKey(key));
    expect([first.status, isReplay(first)]).toEqual([200, false]);
    for (const api of [scenario.api, other]) {
      const again = await api.verb(id, verb, body, withKey(key));
      expect([again.status, isReplay(again)]).toEqual([200, true]);
      expect(again.body).toEqual(first.body);
    }
    expect(await scenario.read(id)).toEqual(first.body);
  });

  test('is refused with another body, and the first answer stays', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const first = await scenario.verb(id, verb, body, withKey(key));
    for (const api of [scenario.api, other]) {
      const reply = await api.verb(id, verb, otherBody, withKey(key));
      expect(reply).toMatchObject(refused(422, 'idempotency_key_reused'));
      expect(isReplay(reply)).toBe(false);
    }
    expect((await scenario.verb(id, verb, body, withKey(key))).body).toEqual(first.body);
    expect(await scenario.read(id)).toEqual(first.body);
  });

  test('is done once for callers that come at the same moment, in two processes', async () => {
    const [{ id }, key] = [await begin(), newKey()];
    const replies = repliesOf(
      await together(12, (number) => (number % 2 ? other : scenario).verb(id, verb, body, withKey(key))),
    );
    expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map((reply) => JSON.stringify(reply.body))).size).toBe(1);
    expect(replies.filter((reply) => !isReplay(reply))).toHaveLength(1);
    expect(replies[0]?.body).toEqual(await scenario.read(id));
  });

  test('a refusal (409) is kept, and replayed as one', async () => {
    const [{ id }, key] = [await scenario.hold(SKU), newKey()];
    await scenario.release(id);
    const first = await scenario.verb(id, verb, body, withKey(key));
    const again = await other.verb(id, verb, body, withKey(key));
    expect(first).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
    expect(again).toMatchObject(refused(409, 'invalid_transition', { current_status: 'released' }));
    expect([first, again].map(isReplay)).toEqual([false, true]);
  });
});

test('a key is of one verb: extend, fulfill and cancel of one reservation may use the same', async () => {
  const [{ id }, key] = [await scenario.hold(SKU, 5), newKey()];
  for (const [verb, body] of [
    ['extend', { ttl_seconds: 1_000 }],
    ['fulfill', part(1)],
    ['cancel', undefined],
  ] as const) {
    const reply = await scenario.verb(id, verb, body, withKey(key));
    expect([reply.status, isReplay(reply)]).toEqual([200, false]);
  }
});
