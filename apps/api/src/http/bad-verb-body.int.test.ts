import { scenarioOfSuite, refused } from '../testing/api-scenario.ts';

// What may not be in the body of a call that changes a reservation.

let id: string;

const scenario = scenarioOfSuite();
beforeAll(async () => {
  const sku = await scenario.newSku(10);
  id = (await scenario.hold(sku, 2)).id;
});
afterEach(async () => {
  expect(await scenario.read(id)).toMatchObject({ status: 'held', version: 1 });
});

type Row = readonly [verb: string, what: string, body: unknown, code: string, path?: string];
const VALIDATION = 'validation_failed';
const line = { sku: 'SKU-1', quantity: 1 };

/** Of every verb. */
const OF_ALL: readonly Row[] = ['confirm', 'release', 'extend', 'fulfill', 'cancel', 'return'].flatMap(
  (verb): Row[] => [
    [verb, 'broken JSON', '{"reason": ', 'malformed_json'],
    [verb, 'only white space', '  ', 'malformed_json'],
    [verb, 'null for a body', 'null', VALIDATION],
    [verb, 'an array for a body', '[]', VALIDATION],
    [verb, 'text for a body', '"reason"', VALIDATION],
    [verb, 'an unknown field', { resaon: 'typo' }, VALIDATION],
    [verb, 'a key in the body', { idempotency_key: 'k' }, VALIDATION],
    [verb, '__proto__', '{"__proto__":{"reason":"x"}}', VALIDATION],
    [verb, 'a field that only answers have', { status: 'held' }, VALIDATION],
  ],
);

/** Of texts: a verb's fields. */
const OF_TEXTS: readonly Row[] = [
  ['release', 'reason'],
  ['cancel', 'reason'],
  ['confirm', 'order_id'],
  ['confirm', 'payment_reference'],
  ['fulfill', 'order_id'],
  ['fulfill', 'fulfillment_id'],
  ['release', 'release_id'],
  ['cancel', 'cancellation_id'],
  ['return', 'return_id'],
  ['return', 'reason'],
].flatMap(([verb = '', field = '']): Row[] => [
  [verb, `${field} null`, { [field]: null }, VALIDATION, field],
  [verb, `${field} empty`, { [field]: '' }, VALIDATION, field],
  [verb, `${field} of 256`, { [field]: 'x'.repeat(256) }, VALIDATION, field],
  [verb, `${field} with a NUL`, { [field]: 'a\0' }, VALIDATION, field],
  [verb, `${field} with half a character`, { [field]: 'a\ud800' }, VALIDATION, field],
  [verb, `${field} that is a number`, { [field]: 5 }, VALIDATION, field],
]);

const WITH_LINES = ['confirm', 'fulfill', 'release', 'cancel'];

const OF_LINES: readonly Row[] = WITH_LINES.flatMap((verb): Row[] => [
  [verb, 'no lines', { lines: [] }, VALIDATION, 'lines'],
  [verb, '101 lines', { lines: Array.from({ length: 101 }, () => line) }, VALIDATION, 'lines'],
  [verb, 'lines null', { lines: null }, VALIDATION, 'lines'],
  [verb, 'lines that are an object', { lines: line }, VALIDATION, 'lines'],
  [verb, 'a line that is null', { lines: [null] }, VALIDATION, 'lines.0'],
  [verb, 'an unknown field in a line', { lines: [{ ...line, qty: 1 }] }, VALIDATION, 'lines.0'],
  [verb, 'no SKU', { lines: [{ quantity: 1 }] }, VALIDATION, 'lines.0.sku'],
  [verb, 'no quantity', { lines: [{ sku: 'SKU-1' }] }, VALIDATION, 'lines.0.quantity'],
  [verb, 'location null', { lines: [{ ...line, location: null }] }, VALIDATION, 'lines.0.location'],
]);

const OF_QUANTITIES: readonly Row[] = [...WITH_LINES, 'return'].flatMap((verb) =>
  [0, -1, 1.5, 1_000_001, '1', null].map((quantity): Row => [
    verb,
    `quantity ${JSON.stringify(quantity)}`,
    { lines: [{ ...line, quantity }] },
    VALIDATION,
    'lines.0.quantity',
  ]),
);

const OF_TTL: readonly Row[] = [0, -1, 1.5, 604_801, 1e12, '60', null, true].map((ttl_seconds): Row => [
  'extend',
  `ttl_seconds ${JSON.stringify(ttl_seconds)}`,
  { ttl_seconds },
  VALIDATION,
  'ttl_seconds',
]);

const rows = [...OF_ALL, ...OF_TEXTS, ...OF_LINES, ...OF_QUANTITIES, ...OF_TTL].map(
  ([verb, what, body, code, path]) => ({
    verb,
    what,
    body,
    code,
    path,
  }),
);

test.each(rows)('$verb with $what is refused', async ({ verb, body, code, path }) => {
  const reply = await scenario.api.call('post', `/v1/reservations/${id}/${verb}`, body);
  expect(reply).toMatchObject(refused(400, code));
  if (path !== undefined) {
    expect(reply.body).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ path })]) });
  }
});

test.each(['extend', 'fulfill', 'cancel'])('%s needs its body as JSON, if it has one', async (verb) => {
  const reply = await scenario.api.call('post', `/v1/reservations/${id}/${verb}`, 'reason=x', {
    'Content-Type': 'application/x-www-form-urlencoded',
  });
  expect(reply).toMatchObject(refused(415, 'unsupported_media_type'));
});
