import {
  checkLedgerInvariants,
  createTestDatabase,
  eventually,
  together,
  type TestDatabase,
} from '@holdfast/testing';
import { codeOf, line, reserve } from './fixtures/commands.ts';
import { Shop, type WatchedLedger } from './fixtures/shop.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** The same, for a test that sets another one. */
const limits: Record<keyof typeof LEDGER_LIMITS, number> = LEDGER_LIMITS;

let database: TestDatabase;
let shop: Shop;
let ledger: WatchedLedger;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await new Shop(database.url).open();
});
beforeEach(() => {
  ledger = shop.openLedger();
});
afterEach(() => jest.restoreAllMocks());
afterAll(async () => {
  expect(await checkLedgerInvariants(database.url)).toEqual([]);
  await shop.close();
  await database.drop();
});

test('when many wait, a second batch goes beside the first', async () => {
  jest.replaceProperty(limits, 'overlapAfterMs', 60_000);
  const [sku, other] = [await shop.stock(ledger, 1_000), await shop.stock(ledger, 1_000)];
  const lock = await shop.lock(sku);
  const first = ledger.submit(reserve([line(sku)]));
  const { overlapCommandsMin } = LEDGER_LIMITS;
  const few = together(overlapCommandsMin - 1, () => ledger.submit(reserve([line(other)])));
  await eventually(async () => (await shop.waitingForLock(ledger)) === 1);
  expect(ledger.pending).toBe(overlapCommandsMin - 1);
  await Promise.all([few, ledger.submit(reserve([line(other)]))]);
  await lock.letGo();
  expect(codeOf(await first)).toBe('ok');
});

test('who comes while a batch waits long for a lock goes past it', async () => {
  const [sku, other] = [await shop.stock(ledger, 10), await shop.stock(ledger, 1_000)];
  const lock = await shop.lock(sku);
  const first = ledger.submit(reserve([line(sku)]));
  for (let times = 1; times <= 3; times += 1) {
    expect(codeOf(await ledger.submit(reserve([line(other)])))).toBe('ok');
  }
  expect(await shop.waitingForLock(ledger)).toBe(1);
  await lock.letGo();
  expect(codeOf(await first)).toBe('ok');
});
