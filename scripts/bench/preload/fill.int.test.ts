import { checkLedgerInvariants, createTestDatabase } from '@holdfast/testing';
import { fillDatabase, settleDatabase } from './fill.ts';

test('a preloaded past leaves the books right, over several chunks', async () => {
  const database = await createTestDatabase();
  try {
    await fillDatabase(database.url, 2_500, undefined, 1_000);
    const filled = await settleDatabase(database.url);
    expect(filled).toMatchObject({ reservations: 2_500 });
    expect(filled.movements).toBeGreaterThan(5_000);
    expect(await checkLedgerInvariants(database.url)).toEqual([]);
  } finally {
    await database.drop();
  }
});
