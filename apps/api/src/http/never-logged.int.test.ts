import { makeApiKey } from '@holdfast/runtime';
import { createTestDatabase, startProcess, withSession } from '@holdfast/testing';

// A process of its own: all that it writes is checked.

const PERSONAL = 'jane.doe@example.com';
const { key, entry } = makeApiKey('shop', 'reservations:read,reservations:write,stock:write,ops:read');
const unknownKey = makeApiKey('unknown', 'ops:read').key;
const digest = entry.split('/')[2] ?? '';
const SECRETS = [key, unknownKey, digest, Buffer.from(`x:${key}`).toString('base64'), PERSONAL];

const BODY = JSON.stringify({
  order_id: `order of ${PERSONAL}`,
  lines: [{ sku: 'MUG', quantity: 1 }],
  metadata: { mail: PERSONAL },
});

/** Wherever a key or a name can be, also where none should be. */
function requests(): readonly [
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
][] {
  const json = { 'Content-Type': 'application/json' };
  const bearer = { Authorization: `Bearer ${key}` };
  const basic = { Authorization: `Basic ${Buffer.from(`x:${key}`).toString('base64')}` };
  return [
    ['PUT', '/v1/locations/L', { ...json, ...bearer }, '{}'],
    ['PUT', '/v1/skus/MUG', { ...json, ...bearer }, '{}'],
    ['PUT', '/v1/stock-levels/MUG/L', { ...json, ...bearer }, '{"on_hand":100}'],
    ['POST', '/v1/reservations', { ...json, ...bearer, 'Idempotency-Key': PERSONAL }, BODY],
    ['POST', '/v1/reservations', { ...json, ...bearer }, BODY],
    ['POST', '/v1/reservations', { ...json, Authorization: `Bearer ${unknownKey}` }, BODY],
    ['POST', '/v1/reservations', { ...json, ...bearer }, `${BODY}}`],
    ['GET', `/v1/reservations?order_id=${PERSONAL}&api_key=${key}`, bearer],
    ['GET', `/v1/reservations?order_id=${PERSONAL}`, bearer],
    ['GET', `/v1/nowhere?key=${key}`, {}],
    [
      'POST',
      '/v1/reservations/0199b0c4-0000-7000-8000-000000000000/confirm',
      { ...json, ...bearer },
      JSON.stringify({ payment_reference: PERSONAL }),
    ],
    ['GET', '/ops/queues/api/queues', basic],
    ['PUT', '/ops/queues/api/queues/expiry/pause', basic],
    ['GET', '/metrics', basic],
    ['GET', '/readyz', { ...bearer, Cookie: `key=${key}`, 'X-Api-Key': key }],
    ['PUT', '/v1/skus/MUG', { ...json, ...bearer }, JSON.stringify({ name: PERSONAL })],
  ];
}

test('no key and nothing personal is ever logged, not even when the database refuses a row, or goes away', async () => {
  const database = await createTestDatabase();
  const api = await startProcess('api', {
    DATABASE_URL: database.url,
    REDIS_URL: '',
    API_KEYS: entry,
    LOG_LEVEL: 'debug',
  });
  const lines = api.keepLines();
  const answers: number[] = [];
  const sendAll = async () => {
    for (const [method, path, headers, body] of requests()) {
      const { status } = await fetch(`${api.url}${path}`, { method, headers, ...(body ? { body } : {}) });
      answers.push(status);
    }
  };
  try {
    await sendAll();
    // PostgreSQL's message has the whole row that breaks a rule, and the parsed value.
    await breakRules(database.url);
    await sendAll();
  } finally {
    await database.drop();
  }
  await sendAll();
  await api.stop();
  expect(answers).toEqual(expect.arrayContaining([401, 400, 403, 500, 503]));
  const log = lines.join('\n');
  for (const text of ['request.refused', 'violates check constraint', 'does not exist'])
    expect(log).toContain(text);
  for (const secret of SECRETS) expect(log).not.toContain(secret);
});

const breakRules = (url: string) =>
  withSession(url, async (session) => {
    await session.query('ALTER TABLE skus ADD CONSTRAINT never CHECK (name IS NULL) NOT VALID');
    await session.query('ALTER TABLE reservations ADD CONSTRAINT never CHECK (order_id IS NULL) NOT VALID');
  });
