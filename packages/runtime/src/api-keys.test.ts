import { z } from 'zod';
import { type ApiKeys, apiKeys, makeApiKey } from './api-keys.ts';
import { ConfigError, readConfig } from './read-config.ts';

const schema = z.object({ API_KEYS: apiKeys() });
const read = (text: string): ApiKeys => readConfig(schema, { API_KEYS: text }).API_KEYS;

function problemsOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('it has no problem');
}

const HASH = 'ab'.repeat(32);

test('a key that was made is known by its entry, with its name and scopes', () => {
  const { key, entry } = makeApiKey('shop', 'reservations:read,reservations:write');
  expect(key).toMatch(/^hf_[\w-]{43}$/);
  expect(entry).toMatch(/^shop\/reservations:read,reservations:write\/[0-9a-f]{64}$/);
  expect(entry).not.toContain(key);
  expect(read(entry).identify(key)).toEqual({
    name: 'shop',
    scopes: new Set(['reservations:read', 'reservations:write']),
  });
});

test('no two keys are the same', () => {
  const keys = Array.from({ length: 100 }, () => makeApiKey('shop', 'stock:read').key);
  expect(new Set(keys).size).toBe(100);
});

test('each of many keys is told from the others, wherever it stands', () => {
  const made = Array.from({ length: 100 }, (_, n) => ({
    name: `team-${n}`,
    ...makeApiKey(`team-${n}`, 'stock:read'),
  }));
  const keys = read(made.map(({ entry }) => entry).join(' \n\t '));
  for (const { key, name } of made) expect(keys.identify(key)?.name).toBe(name);
});

test.each([
  ['nothing', () => ''],
  ['another key', () => makeApiKey('shop', 'stock:read').key],
  ['a key with something after it', (key: string) => `${key}x`],
  ['the beginning of a key', (key: string) => key.slice(0, -1)],
  ['a key in capitals', (key: string) => key.toUpperCase()],
  ['the hash of a key', (_key: string, entry: string) => entry.split('/')[2] ?? ''],
])('%s is no key', (_what, change: (key: string, entry: string) => string) => {
  const { key, entry } = makeApiKey('shop', 'stock:read');
  expect(read(entry).identify(change(key, entry))).toBeNull();
});

test('a name may have two keys, for as long as one replaces the other', () => {
  const [older, newer] = [
    makeApiKey('shop', 'stock:read,stock:write'),
    makeApiKey('shop', 'stock:write,stock:read'),
  ];
  const keys = read(`${older.entry} ${newer.entry}`);
  expect([older, newer].map(({ key }) => keys.identify(key)?.name)).toEqual(['shop', 'shop']);
});

test.each([
  ['shop', 'it must be name/scope,scope/sha256'],
  [`shop/stock:read/${HASH}/https://orders.example.com`, 'its sources need the scope events:write'],
  [`shop/events:write/${HASH}/`, 'its sources must be URIs of 1 to 255 characters'],
  [`shop/events:write/${HASH}/a,,b`, 'its sources must be URIs of 1 to 255 characters'],
  [`shop/events:write/${HASH}/${'x,'.repeat(20)}x`, 'it must have at most 20 sources'],
  [`/stock:read/${HASH}`, 'its name must be 1 to 64 letters'],
  [`sh*p/stock:read/${HASH}`, 'its name must be 1 to 64 letters'],
  [`${'x'.repeat(65)}/stock:read/${HASH}`, 'its name must be 1 to 64 letters'],
  [`anonymous/stock:read/${HASH}`, 'its name must not be anonymous'],
  [`shop//${HASH}`, 'its scopes must be some of reservations:read'],
  [`shop/stock:reed/${HASH}`, 'its scopes must be some of reservations:read'],
  [`shop/stock:read,/${HASH}`, 'its scopes must be some of reservations:read'],
  [`shop/*/${HASH}`, 'its scopes must be some of reservations:read'],
  ['shop/stock:read/', 'its third part must be the SHA-256'],
  [`shop/stock:read/${HASH.slice(1)}`, 'its third part must be the SHA-256'],
  [`shop/stock:read/${HASH.slice(1)}g`, 'its third part must be the SHA-256'],
])('%s is refused', (entry, problem) => {
  expect(problemsOf(entry)).toContain(`API_KEYS: entry 1: ${problem}`);
});

test('one key twice, and one name with other scopes, are refused', () => {
  const { entry } = makeApiKey('shop', 'stock:read');
  expect(problemsOf(`${entry} ${entry}`)).toContain('entry 2: an entry before it has the same key');
  const other = makeApiKey('shop', 'stock:write').entry;
  expect(problemsOf(`${entry} ${other}`)).toContain(
    'entry 2: an entry before it has the same name and other scopes',
  );
  const [bound, free] = [makeApiKey('a', 'events:write', '/orders'), makeApiKey('a', 'events:write')];
  expect(problemsOf(`${bound.entry} ${free.entry}`)).toContain('the same name and other scopes or sources');
});

test('a source that keys are bound to is theirs alone, and they have no other', () => {
  const keys = read(
    [
      makeApiKey('orders', 'events:write', 'https://orders.example.com,urn:shop').entry,
      makeApiKey('stores', 'events:write', 'urn:shop').entry,
      makeApiKey('others', 'events:read,events:write').entry,
    ].join(' '),
  );
  const sources = ['https://orders.example.com', 'urn:shop', '/anything'];
  const mayUse = (name: string) => sources.filter((source) => keys.mayUseSource(name, source));
  expect(['orders', 'stores', 'others', 'a name without a key'].map(mayUse)).toEqual([
    ['https://orders.example.com', 'urn:shop'],
    ['urn:shop'],
    ['/anything'],
    ['/anything'],
  ]);
});

test('nothing but white space, and 101 entries, are refused', () => {
  expect(problemsOf('  \n')).toContain('API_KEYS: has no entry');
  const many = Array.from({ length: 101 }, (_, n) => makeApiKey(`team-${n}`, 'stock:read').entry);
  expect(problemsOf(many.join(' '))).toContain('API_KEYS: must have at most 100 entries');
});

test('all problems are told at once, by the place of their entries, and nothing that could be a key is', () => {
  const { key } = makeApiKey('shop', 'stock:read');
  const problems = problemsOf(`${key} ${key}/stock:reed/${HASH} shop/${key}/x a/stock:read/${key}`);
  for (const place of [1, 2, 3, 4]) expect(problems).toContain(`entry ${place}: `);
  expect(problems).not.toContain(key);
  expect(problems).not.toContain(HASH);
});

test('what knows the keys does not show them', () => {
  const { key, entry } = makeApiKey('shop', 'stock:read');
  const shown = JSON.stringify({ apiKeys: read(entry) });
  expect(shown).not.toContain(key);
  expect(shown).not.toContain(entry.split('/')[2]);
});

test.each([
  ['sh op', 'stock:read'],
  ['shop', 'stock'],
  ['', ''],
])('no key is made for the name %j and the scopes %j', (name, scopes) => {
  expect(() => makeApiKey(name, scopes)).toThrow(z.ZodError);
});
