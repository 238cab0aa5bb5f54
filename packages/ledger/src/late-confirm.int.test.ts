import { checkLedgerInvariants, createTestDatabase, eventually, type TestDatabase } from '@holdfast/testing';
import { codeOf, confirm, line, reservationIn, reserve } from './fixtures/commands.ts';
import { Shop, type WatchedLedger } from './fixtures/shop.ts';

let database: TestDatabase;
let shop: Shop;
let ledger: WatchedLedger;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
  ledger = shop.openLedger();
});
afterAll(async () => {
  await shop.close();
  await database.drop();
});

describe('when all stock is held by holds whose time is over, and no worker has run', () => {
  test('a late confirm with "reacquire" gets the stock that another dead hold still holds', async () => {
    const sku = await shop.stock(ledger, 2);
    const first = reservationIn(await ledger.submit(reserve([line(sku)], { ttlSeconds: 0.05 })));
    await eventually(() => Date.parse(first.expires_at ?? '') < Date.now());
    // Takes what the first one held, and leaves a hold on all there is.
    const others = reservationIn(await ledger.submit(reserve([line(sku, 2)], { ttlSeconds: 0.05 })));
    await eventually(() => Date.parse(others.expires_at ?? '') < Date.now());

    const confirmed = await ledger.submit(confirm(first.id, { onExpired: 'reacquire' }));

    expect(codeOf(confirmed)).toBe('ok');
    expect(await shop.counters(sku)).toEqual([2, 0, 1]);
    expect(await checkLedgerInvariants(database.url)).toEqual([]);
  });
});
