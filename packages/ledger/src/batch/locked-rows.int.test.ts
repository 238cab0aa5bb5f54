import { type ForeignLock } from '@holdfast/testing';
import type { Database } from '@holdfast/db';
import { scenarioOfSuite, type WatchedLedger } from '../fixtures/ledger-scenario.ts';
import { findKeptRows, type Row } from './locked-rows.ts';

const scenario = scenarioOfSuite();
let ledger: WatchedLedger;
let database: Database;

beforeAll(() => {
  ledger = scenario.openLedger();
  database = scenario.openDatabase(2);
});

/** The same database; the lock is released just before the check of which transactions are batches. */
function lettingGo(lock: ForeignLock): Database {
  const queryRaw = async (text: TemplateStringsArray, ...values: unknown[]) => {
    if (text.join('').includes('pg_locks')) await lock.unlock();
    return database.prisma.$queryRaw(text, ...values);
  };
  return {
    ...database,
    pool: database.pool,
    prisma: { $queryRaw: queryRaw } as unknown as Database['prisma'],
  };
}

test('a row whose holder ends during the checks is not kept', async () => {
  const sku = await ledger.newSku(10);
  const rows: Row[] = [{ table: 'stock_levels', key: [sku, 'EAST'] }];
  const lock = await scenario.lock(sku);
  const looks = await findKeptRows(lettingGo(lock), rows);
  expect(looks).toEqual({ kept: [], areContended: true, areOwn: false });
});

test('a row whose holder stays is kept', async () => {
  const sku = await ledger.newSku(10);
  const rows: Row[] = [{ table: 'stock_levels', key: [sku, 'EAST'] }];
  const lock = await scenario.lock(sku);
  const { kept } = await findKeptRows(database, rows);
  expect(kept).toMatchObject(rows);
  await lock.unlock();
});
