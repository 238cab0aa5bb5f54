import { openGuardedApi } from '../testing/guarded-api.ts';
import { parsed, scenarioOfSuite } from '../testing/api-scenario.ts';
import { ofSuite } from '@holdfast/testing';
import { searchAnswer } from './search.ts';

const scenario = scenarioOfSuite();
const search = async (q: string) =>
  searchAnswer.parse((await scenario.api.call('get', `/v1/search?q=${encodeURIComponent(q)}`)).body).results;
const found = async (q: string) => (await search(q)).map(({ kind, id }) => `${kind} ${id}`);

test('what is exactly the text comes first, then what begins with it, of every kind', async () => {
  const sku = await scenario.newSku(10);
  const { id } = await scenario.hold(sku, 1, { order_id: 'A-1', cart_id: 'A-12', customer_id: 'A-2' });
  await scenario.hold(sku, 1, { order_id: 'A-1' });
  await scenario.hold(sku, 1, { order_id: 'B-1' });
  await scenario.api.call('put', '/v1/skus/A-1x', { name: 'A lamp' });
  expect(await search('A-1')).toEqual([
    { kind: 'order', id: 'A-1', label: '2 reservations' },
    { kind: 'sku', id: 'A-1x', label: 'A lamp' },
    { kind: 'cart', id: 'A-12', label: '1 reservation' },
  ]);
  expect(await found('A-2')).toEqual(['customer A-2']);
  expect(await found(id)).toEqual([`reservation ${id}`]);
  expect(await found(id.slice(0, 20).toUpperCase())).toContain(`reservation ${id}`);
  expect(await found('a-1')).toEqual([]);
});

test('syncs and events are found by their ids', async () => {
  const { id } = await scenario.hold(await scenario.newSku(10), 1);
  const { warehouse_sync: sync } = parsed(await scenario.confirm(id));
  expect(await search(sync?.id ?? '')).toEqual([
    { kind: 'warehouse_sync', id: sync?.id, label: 'confirm, pending' },
  ]);
  const { rows } = await scenario.sql.query<{ id: string }>('SELECT id FROM events ORDER BY id LIMIT 1');
  const [event] = rows;
  expect(await search(event?.id ?? '')).toEqual([expect.objectContaining({ kind: 'event', id: event?.id })]);
});

test.each(['%', '_', '\\', "'", 'A%', '\u{10ffff}'])('%j is a text as any other', async (text) => {
  expect(await found(text)).toEqual([]);
});

test('at most 20 results are answered', async () => {
  for (let n = 0; n < 25; n += 1) await scenario.api.call('put', `/v1/skus/MANY-${n}`, {});
  expect(await search('MANY-')).toHaveLength(20);
});

describe('with API keys', () => {
  const api = ofSuite(() => openGuardedApi());

  test('a key finds only what its scopes let it read', async () => {
    const searchAs = async (key: string) => {
      const answer = await fetch(`${api.api.url}/v1/search?q=MUG`, {
        headers: { authorization: `Bearer ${key}` },
      });
      return { status: answer.status, body: await answer.json() };
    };
    expect(await searchAs(api.keys.all)).toMatchObject({
      status: 200,
      body: { results: [{ kind: 'sku', id: 'MUG' }] },
    });
    expect(await searchAs(api.keys.watcher)).toEqual({ status: 200, body: { results: [] } });
    expect(await searchAs(api.keys.clerk)).toMatchObject({ status: 200, body: { results: [{ id: 'MUG' }] } });
  });
});
