import { NAME_RULE } from '@holdfast/contract';
import { INCOMING_EVENTS } from '@holdfast/events';
import { z } from 'zod';
import { routes } from '../routes.ts';
import { BROKEN_NAMES, CALLS, EVENTS, GOOD_NAMES } from '../testing/naming-fields.ts';
import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';
import { cancelled, created, sendEvents } from '../testing/order-events.ts';

// Names that break the rule, in every field: a name that would create something is refused, a name that refers to something
// matches exactly.

let sku: string;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  sku = await scenario.newSku(10_000);
});

const encoded = encodeURIComponent;
const lines = () => [{ sku, quantity: 1 }];
const put = (path: string, body: object = {}) => scenario.api.call('put', path, body);

/** The number of stored rows with names from clients. */
const named = async () =>
  (
    await scenario.sql.query(`
      SELECT
        (SELECT count(*) FROM skus) AS skus,
        (SELECT count(*) FROM locations) AS locations,
        (SELECT count(*) FROM orders) AS orders,
        (SELECT count(*) FROM reservations WHERE num_nonnulls(order_id, cart_id, customer_id, store_id) > 0) AS reservations,
        (SELECT count(*) FROM reservation_parts) AS fulfillments`)
  ).rows;

describe.each([...CALLS, ...EVENTS])('$field', ({ path, give }) => {
  test('refuses each name that breaks the rule, says why, and creates nothing', async () => {
    const before = await named();
    for (const [name, message] of BROKEN_NAMES) {
      const reply = await give({ scenario, sku }, name);
      expect({ name, ...reply }).toMatchObject({
        name,
        ...refused(400, 'validation_failed', { errors: [{ path, message }] }),
      });
    }
    expect(await named()).toEqual(before);
  });

  test('accepts each name that follows the rule', async () => {
    for (const name of GOOD_NAMES) expect((await give({ scenario, sku }, name)).status).toBeLessThan(300);
  });
});

test('a batch and an event name every fault, and change nothing', async () => {
  const before = await scenario.rows('reservations');
  const bad = { order_id: 'o ', cart_id: 'c\u200B', lines: lines() };
  const reply = await scenario.api.call('post', '/v1/reservations/batch', {
    reservations: [bad, { lines: lines() }, { ...bad, cart_id: 'c' }],
  });
  expect(reply).toMatchObject(
    refused(400, 'validation_failed', {
      errors: [
        { path: 'reservations.0.order_id', message: 'ends with U+0020 SPACE' },
        { path: 'reservations.0.cart_id', message: 'ends with U+200B ZERO WIDTH SPACE' },
        { path: 'reservations.2.order_id', message: 'ends with U+0020 SPACE' },
      ],
    }),
  );
  const [result] = await sendEvents(scenario.api, created('o ', lines(), { store_id: ' s' }));
  expect(result).toMatchObject({
    state: 'dead',
    problem: { errors: [{ path: 'data.order_id' }, { path: 'data.store_id' }] },
  });
  expect(await scenario.rows('reservations')).toBe(before);
});

describe('a reference matches exactly', () => {
  test.each([[' '], ['\u00A0'], ['\u200B']])('and %j after a name makes a new name', async (blank) => {
    const [otherSku, otherPlace] = [`${sku}${blank}`, `EAST${blank}`];
    const adjust = (line: object) =>
      scenario.api.call('post', '/v1/stock-adjustments', {
        lines: [{ sku, location: 'EAST', delta: 1, reason: 'found', ...line }],
      });
    expect(await scenario.create({ lines: [{ sku: otherSku, quantity: 1 }] })).toMatchObject(
      refused(422, 'unknown_sku'),
    );
    expect(await scenario.create({ lines: [{ sku, quantity: 1, location: otherPlace }] })).toMatchObject(
      refused(422, 'unknown_location'),
    );
    expect(await adjust({ sku: otherSku })).toMatchObject(refused(422, 'unknown_sku'));
    expect(await adjust({ location: otherPlace })).toMatchObject(refused(422, 'unknown_location'));
    expect(await put(`/v1/stock-levels/${encoded(otherSku)}/EAST`, { on_hand: 5 })).toMatchObject(
      refused(404, 'sku_not_found'),
    );
    expect(await put(`/v1/stock-levels/${sku}/${encoded(otherPlace)}`, { on_hand: 5 })).toMatchObject(
      refused(404, 'location_not_found'),
    );
    for (const path of [
      `/v1/skus/${encoded(otherSku)}`,
      `/v1/items/${encoded(otherSku)}/availability`,
      `/v1/availability?sku=${encoded(otherSku)}`,
    ]) {
      expect(await scenario.api.call('get', path)).toMatchObject(refused(404, 'sku_not_found'));
    }
  });
});

const FILTERS = [
  '/v1/reservations?order_id=',
  '/v1/reservations?cart_id=',
  '/v1/stock-movements?sku=',
  '/v1/stock-movements?location=',
  '/v1/dead-events?source=',
  '/v1/dead-events?type=',
];

describe.each(FILTERS)('a filter, %s', (filter) => {
  test('finds nothing by a name that only looks the same', async () => {
    for (const [name] of BROKEN_NAMES) {
      const reply = await scenario.api.call('get', `${filter}${encoded(name)}`);
      expect(reply).toMatchObject({ status: 200, body: { data: [] } });
    }
  });

  test('refuses text that cannot be stored', async () => {
    for (const text of ['A%00', '%00', '%FF', '%C3%28', '%ED%A0%80', '%ZZ', '%']) {
      const reply = await scenario.api.call('get', `${filter}${text}`);
      expect(reply).toMatchObject(refused(400, 'validation_failed'));
    }
  });
});

describe.each([
  ['get', '/v1/skus/{name}'],
  ['put', '/v1/skus/{name}'],
  ['put', '/v1/locations/{name}'],
  ['get', '/v1/items/{name}/availability'],
  ['put', '/v1/stock-levels/{name}/EAST'],
  ['put', '/v1/stock-levels/SKU-1/{name}'],
] as const)('%s %s', (method, path) => {
  test.each(['A%00', '%00', '%FF', '%C3%28', '%ED%A0%80', '%ZZ'])('refuses %s', async (text) => {
    const reply = await scenario.api.call(
      method,
      path.replace('{name}', text),
      method === 'put' ? {} : undefined,
    );
    expect(reply).toMatchObject(refused(400, 'validation_failed'));
  });
});

describe('text that is not UTF-8, or cannot be stored', () => {
  test.each([
    ['a broken byte', Buffer.from([0xff])],
    ['Latin-1', Buffer.from('Größe', 'latin1')],
    ['half of a surrogate pair', Buffer.from([0xed, 0xa0, 0x80])],
    ['an overlong blank', Buffer.from([0xc0, 0xa0])],
  ])('is not JSON: %s', async (_what, bytes) => {
    const [start = '', end = ''] = JSON.stringify({ order_id: '?', lines: lines() }).split('?');
    const body = Buffer.concat([Buffer.from(start), bytes, Buffer.from(end)]);
    expect(await scenario.api.call('post', '/v1/reservations', body)).toMatchObject(
      refused(400, 'malformed_json'),
    );
  });

  test.each([['A\0'], ['A\uD800'], ['\uDC00']])('is refused in every name: %j', async (text) => {
    for (const { field, give, path } of [...CALLS, ...EVENTS]) {
      if (field.includes(`{${path}}`)) continue; // a URL cannot carry half of a pair
      expect(await give({ scenario, sku }, text)).toMatchObject(
        refused(400, 'validation_failed', { errors: [{ path }] }),
      );
    }
  });

  test('in the subject of an event does no harm', async () => {
    const odd = { ...cancelled('o-odd'), subject: 'a\0\uD800' };
    const bad = { ...cancelled('o '), subject: 'a\0\uD800' };
    expect(await sendEvents(scenario.api, odd, bad)).toMatchObject([
      { state: 'processed' },
      { state: 'dead' },
    ]);
    expect(await scenario.api.call('get', '/v1/dead-events')).toMatchObject({ status: 200 });
  });
});

/** The names of fields in a JSON Schema whose descriptions have the rule. */
function namingFields(schema: unknown, field = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const within = Object.entries(schema).flatMap(([key, value]) =>
    namingFields(value, /^(anyOf|items|properties|\d+)$/.test(key) ? field : key),
  );
  const isOne = 'description' in schema && String(schema.description).includes(NAME_RULE);
  return [...new Set(isOne ? [field, ...within] : within)];
}

const fieldsOf = (schema: z.ZodType | undefined) =>
  namingFields(schema && z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }));

test('the fields that are tested above are those whose descriptions have the rule', () => {
  const inCalls = routes(scenario.api.context).flatMap(({ method, path, params, query, body }) =>
    [params, query, body].flatMap(fieldsOf).map((field) => `${method} ${path} ${field}`),
  );
  const inEvents = Object.entries(INCOMING_EVENTS).flatMap(([type, data]) =>
    fieldsOf(data).map((field) => `${type} ${field}`),
  );
  const tried = new Set([...CALLS, ...EVENTS].map(({ field }) => field));
  expect([...inCalls, ...inEvents].toSorted()).toEqual([...tried].toSorted());
});
