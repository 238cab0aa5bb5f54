import { makeApiKey } from '@holdfast/runtime';
import { openShop, type ApiShop } from '../testing/open-shop.ts';

// What is done, is done in the name of the key that it was asked with.

let shop: ApiShop;
let keyed: Awaited<ReturnType<ApiShop['openApi']>>;
const ALL = 'reservations:read,reservations:write,stock:read,stock:write';
const [older, newer, other] = [makeApiKey('web', ALL), makeApiKey('web', ALL), makeApiKey('pos', ALL)];

beforeAll(async () => {
  shop = await openShop();
  keyed = await shop.openApi({ API_KEYS: [older, newer, other].map(({ entry }) => entry).join(' ') });
});
afterAll(() => shop.close());

const by = ({ key }: { key: string }, idempotencyKey: string) => ({
  Authorization: `Bearer ${key}`,
  'Idempotency-Key': idempotencyKey,
});

test('movements carry the name of the key', async () => {
  const sku = await shop.stock({ NEAR: 5 });
  await shop.create({ lines: [{ sku, quantity: 1 }] }, by(other, 'k-1'), keyed);
  const { rows } = await shop.sql.query(
    `SELECT caller
     FROM stock_movements
     WHERE sku = $1
     ORDER BY level_seq`,
    [sku],
  );
  expect(rows).toEqual([{ caller: 'anonymous' }, { caller: 'pos' }]);
});

test('an idempotency key belongs to the name: another name’s is another call, a new key of the name repeats it', async () => {
  const sku = await shop.stock({ NEAR: 5 });
  const create = (headers: Readonly<Record<string, string>>) =>
    shop.create({ lines: [{ sku, quantity: 1 }] }, headers, keyed);
  const first = await create(by(older, 'k-2'));
  expect(first).toMatchObject({ status: 201 });
  const again = await create(by(newer, 'k-2'));
  expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  const another = await create(by(other, 'k-2'));
  expect(another).toMatchObject({ status: 201 });
  expect(another.headers).not.toHaveProperty('idempotent-replayed');
});
