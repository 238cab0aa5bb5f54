import { ofSuite, want, withKey } from '@holdfast/testing';
import { openGuardedApi } from '../testing/guarded-api.ts';

const guarded = ofSuite(() => openGuardedApi());

const as = (actor: string) => ({ ...guarded.bearer('all'), 'X-Actor': actor });
const adjust = (headers: Readonly<Record<string, string>>) =>
  guarded.api.call(
    'post',
    '/v1/stock-adjustments',
    { lines: [{ sku: 'MUG', location: 'L', delta: 1, reason: 'found' }] },
    headers,
  );
const newestCaller = async () => {
  const { rows } = await guarded.sql.query<{ caller: string }>(
    'SELECT caller FROM stock_movements ORDER BY id DESC LIMIT 1',
  );
  return rows[0]?.caller;
};

test('a movement records the key and who acted with it', async () => {
  await want(200, adjust(as('Ada Lovelace')));
  expect(await newestCaller()).toBe('all/Ada Lovelace');
  await want(200, adjust(guarded.bearer('all')));
  expect(await newestCaller()).toBe('all');
});

test('an idempotency key is the API key’s: another actor repeats the same call', async () => {
  await want(200, adjust({ ...as('Ada'), ...withKey('adjust-1') }));
  const { headers } = await adjust({ ...as('Grace'), ...withKey('adjust-1') });
  expect(headers['idempotent-replayed']).toBe('true');
  expect(await newestCaller()).toBe('all/Ada');
});

test.each(['', 'x'.repeat(65), 'Zoë', 'a\tb'])('%j is refused, and nothing is done', async (actor) => {
  const before = await guarded.fingerprint();
  await want(400, adjust(as(actor)));
  expect(await guarded.fingerprint()).toBe(before);
});

test('a call that reads takes no part in it', async () => {
  const { body } = await guarded.api.call('get', '/v1/caller', undefined, as('Ada'));
  expect(body).toMatchObject({ name: 'all' });
});
