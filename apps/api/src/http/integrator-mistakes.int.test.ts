import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeApiKey } from '@holdfast/runtime';
import { z } from 'zod';
import { scenarioOfSuite } from '../testing/api-scenario.ts';
import { type TestApi } from '../testing/start-api.ts';

interface Mistake {
  readonly what: string;
  readonly method: 'get' | 'post' | 'put';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly answer: string;
}

const FILE = join(__dirname, 'integrator-mistakes.txt');
const [, ...CASES] = readFileSync(FILE, 'utf8').trimEnd().split('\n\n');
const MISTAKES = CASES.map((text): Mistake => {
  const [what = '', call = '', ...lines] = text.split('\n');
  const [method = '', path = ''] = call.split(' ');
  const body = lines.filter((line) => line.startsWith('| ')).map((line) => line.slice(2));
  const headers = lines.filter((line) => /^[\w-]+:/.test(line)).map((line) => line.split(/: ?(.*)/, 2));
  return {
    what: what.slice(2),
    method: z.enum(['get', 'post', 'put']).parse(method.toLowerCase()),
    path,
    headers: Object.fromEntries(headers),
    body: body.length === 0 ? undefined : body.join('\n'),
    answer: lines.at(-1)?.replace(/^-> ?/, '') ?? '',
  };
});

const scenario = scenarioOfSuite();
const key = makeApiKey('shop', 'stock:read');
/** The value of $name. */
const values = new Map([['key', key.key]]);
const idOf = (status: string) => values.get(status) ?? '';
let guarded: TestApi;

beforeAll(async () => {
  guarded = await scenario.openApi({ API_KEYS: key.entry });
  await scenario.api.call('put', '/v1/locations/L', {});
  await scenario.api.call('put', '/v1/skus/MUG', { max_per_reservation: 50 });
  await scenario.api.call('put', '/v1/skus/CUP', {});
  await scenario.setStock('MUG', 20, 'L');
  for (const status of ['held', 'confirmed', 'fulfilled', 'released', 'expired']) {
    values.set(status, (await scenario.hold('MUG', 2, { order_id: 'o-1', ttl_seconds: 900 })).id);
  }
  await scenario.confirm(idOf('confirmed'));
  await scenario.fulfill(idOf('fulfilled'));
  await scenario.release(idOf('released'));
  const end = 'UPDATE reservations SET expires_at = clock_timestamp() WHERE id = $1';
  await scenario.sql.query(end, [idOf('expired')]);
  await scenario.tryHold('MUG', 1, {}, { 'Idempotency-Key': 'used' });
});
afterAll(() => guarded.close());

const filled = (text: string): string =>
  text
    .replaceAll(/<(.+?)\*(\d+)>/g, (_all, part: string, count: string) => part.repeat(Number(count)))
    .replaceAll(/\$(\w+)/g, (all, name: string) => values.get(name) ?? all);

/** Its bytes: `\xff` is one that is not UTF-8. */
const bytesOf = (body: string): Buffer =>
  Buffer.concat(
    filled(body)
      .split(/(\\x[0-9a-f]{2})/)
      .map((part) => (part.startsWith('\\x') ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))),
  );

test.each(MISTAKES)('$what', async ({ method, path, headers, body, answer }) => {
  const { Authorization: authorization, ...others } = headers;
  const api = authorization === undefined ? scenario.api : guarded;
  const sent = Object.entries({
    ...others,
    ...(authorization && authorization !== '-' ? { authorization } : {}),
  });
  const reply = await api.call(
    method,
    filled(path),
    body === undefined ? undefined : bytesOf(body),
    Object.fromEntries(sent.map(([name, value]) => [name, filled(value)])),
  );
  const { detail } = z.looseObject({ detail: z.string() }).parse(reply.body);
  expect(`${reply.status} ${detail}`).toBe(filled(answer));
});

test('there are more than 80, and each says something of its own', () => {
  expect(MISTAKES.length).toBeGreaterThan(80);
  expect(new Set(MISTAKES.map(({ what }) => what)).size).toBe(MISTAKES.length);
});
