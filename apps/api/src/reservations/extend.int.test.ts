import { withKey } from '@holdfast/testing';
import { scenarioOfSuite, parsed, refused, isReplay } from '../testing/api-scenario.ts';

let sku: string;

const scenario = scenarioOfSuite({ RESERVATION_TTL_SECONDS: '600', RESERVATION_MAX_HOLD_SECONDS: '3000' });
beforeAll(async () => {
  sku = await scenario.newSku(1_000);
});

const hold = (ttl_seconds: number) => scenario.hold(sku, 1, { ttl_seconds });
/** Milliseconds that a hold lives from its last change on. */
const livesFor = ({ expires_at, updated_at }: { expires_at: string | null; updated_at: string }) =>
  Date.parse(expires_at ?? '') - Date.parse(updated_at);
const limit = refused(409, 'extension_limit_reached', { current_status: 'held' });

describe('when held', () => {
  test('it lives until so many seconds from now', async () => {
    const held = await hold(60);
    const reply = await scenario.extend(held.id, { ttl_seconds: 120 });
    expect(reply.status).toBe(200);
    const { expires_at, updated_at, ...rest } = parsed(reply);
    expect(livesFor({ expires_at, updated_at })).toBe(120_000);
    const { expires_at: _before, updated_at: _at, ...same } = held;
    expect(rest).toEqual({ ...same, extensions: 1, version: 2 });
    expect(await scenario.read(held.id)).toEqual(reply.body);
  });

  test.each([
    ['no body', undefined],
    ['an empty body', {}],
  ])('with %s it lives as long as a new hold', async (_what, body) => {
    const { id } = await hold(60);
    expect(livesFor(parsed(await scenario.extend(id, body)))).toBe(600_000);
  });

  test('a time before the present one changes nothing, and does not count', async () => {
    const held = await hold(900);
    expect(await scenario.extend(held.id, { ttl_seconds: 60 })).toMatchObject({
      status: 200,
      body: held,
    });
    expect(await scenario.extend(held.id)).toMatchObject({ status: 200, body: held });
    expect(await scenario.extend(held.id, { ttl_seconds: 1_200 })).toMatchObject({
      status: 200,
      body: { extensions: 1 },
    });
  });

  test('it is extended once; a second time is refused, but a time before the present one is not', async () => {
    const { id } = await hold(60);
    const extended = parsed(await scenario.extend(id, { ttl_seconds: 120 }));
    expect(await scenario.extend(id, { ttl_seconds: 240 })).toMatchObject(limit);
    expect((await scenario.extend(id, { ttl_seconds: 30 })).body).toEqual(extended);
    expect(await scenario.read(id)).toEqual(extended);
  });

  test('no hold may live longer than the longest since its creation', async () => {
    const held = await hold(60);
    // Created a minute ago, as far as anybody can see.
    await scenario.sql.query(
      `UPDATE reservations SET created_at = created_at - interval '60 seconds' WHERE id = $1`,
      [held.id],
    );
    expect(await scenario.extend(held.id, { ttl_seconds: 2_950 })).toMatchObject(limit);
    expect(await scenario.read(held.id)).toMatchObject({ expires_at: held.expires_at, extensions: 0 });
    expect(await scenario.extend(held.id, { ttl_seconds: 2_900 })).toMatchObject({ status: 200 });
  });

  test('its stock stays held, and the new time is when it is given back', async () => {
    const own = await scenario.newSku(2);
    const { id } = await scenario.hold(own, 2, { ttl_seconds: 60 });
    await scenario.extend(id, { ttl_seconds: 120 });
    expect(await scenario.counters(own)).toEqual([2, 2, 0]);
    await scenario.makeDue(id);
    expect(await scenario.create({ lines: [{ sku: own, quantity: 2 }] })).toMatchObject({ status: 201 });
    expect(await scenario.extend(id)).toMatchObject(refused(409, 'reservation_expired'));
  });
});

describe('RESERVATION_MAX_EXTENSIONS', () => {
  test.each([
    ['0', 0],
    ['3', 3],
  ])('%s: so often, and no more', async (setting, times) => {
    const api = await scenario.openApi({ RESERVATION_MAX_EXTENSIONS: setting });
    const { id } = await hold(60);
    const extend = (ttl_seconds: number) => api.extend(id, { ttl_seconds });
    for (let time = 1; time <= times; time += 1) {
      expect(await extend(60 + 60 * time)).toMatchObject({ status: 200, body: { extensions: time } });
    }
    expect(await extend(900)).toMatchObject(limit);
    expect((await scenario.read(id)).extensions).toBe(times);
  });
});

describe('with a key', () => {
  test('a repeat is answered as the first time, and counts once', async () => {
    const { id } = await hold(60);
    const first = await scenario.extend(id, { ttl_seconds: 120 }, withKey('again'));
    const again = await scenario.extend(id, { ttl_seconds: 120 }, withKey('again'));
    expect([first, again].map(isReplay)).toEqual([false, true]);
    expect(again.body).toEqual(first.body);
    expect(await scenario.read(id)).toEqual(first.body);
  });

  test('the default spelled out is the same request', async () => {
    const { id } = await hold(60);
    const first = await scenario.extend(id, undefined, withKey('default'));
    const again = await scenario.extend(id, { ttl_seconds: 600 }, withKey('default'));
    expect([first.status, isReplay(again)]).toEqual([200, true]);
    expect(again.body).toEqual(first.body);
  });
});
