import { makeApiKey } from '@holdfast/runtime';
import { scenarioOfSuite, type ApiScenario } from '../testing/api-scenario.ts';

// What is done, is done in the name of the key that it was asked with.

let keyed: Awaited<ReturnType<ApiScenario['openApi']>>;
const ALL = 'reservations:read,reservations:write,stock:read,stock:write';
const [older, newer, other] = [makeApiKey('web', ALL), makeApiKey('web', ALL), makeApiKey('pos', ALL)];

const scenario = scenarioOfSuite();
beforeAll(async () => {
  keyed = await scenario.openApi({ API_KEYS: [older, newer, other].map(({ entry }) => entry).join(' ') });
});

const by = ({ key }: { key: string }, idempotencyKey: string) => ({
  Authorization: `Bearer ${key}`,
  'Idempotency-Key': idempotencyKey,
});

test('movements carry the name of the key', async () => {
  const sku = await scenario.newSku(5);
  await keyed.tryHold(sku, 1, {}, by(other, 'k-1'));
  const { rows } = await scenario.sql.query(
    `SELECT caller
     FROM stock_movements
     WHERE sku = $1
     ORDER BY level_seq`,
    [sku],
  );
  expect(rows).toEqual([{ caller: 'anonymous' }, { caller: 'pos' }]);
});

test('an idempotency key belongs to the name: another name’s is another call, a new key of the name repeats it', async () => {
  const sku = await scenario.newSku(5);
  const create = (headers: Readonly<Record<string, string>>) => keyed.tryHold(sku, 1, {}, headers);
  const first = await create(by(older, 'k-2'));
  expect(first).toMatchObject({ status: 201 });
  const again = await create(by(newer, 'k-2'));
  expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  const another = await create(by(other, 'k-2'));
  expect(another).toMatchObject({ status: 201 });
  expect(another.headers).not.toHaveProperty('idempotent-replayed');
});
