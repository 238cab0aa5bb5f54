import { checkLedgerInvariants } from '@holdfast/testing';
import { confirm, EAST, line, release, reserve, setStock } from '@holdfast/testing/vocabulary';
import { levelIn, reservationIn, scenarioOfSuite, type WatchedLedger } from './fixtures/ledger-scenario.ts';

/** Movements that were written between the damage and its repair jump for good: that is where it happened. */
const isMendable = (finding: string) => !finding.includes('balances follow from the movement before');

const scenario = scenarioOfSuite(isMendable);
let ledger: WatchedLedger;

beforeAll(() => {
  ledger = scenario.openLedger();
});

/** 20 units, of which 4 are held and 3 sold. */
async function busyLevel(): Promise<{ sku: string; hold: string }> {
  const sku = await ledger.newSku(20);
  const { id: hold } = await ledger.hold(sku, 4);
  const { id } = await ledger.hold(sku, 3);
  await ledger.submit(confirm(id));
  return { sku, hold };
}

const repair = (sku: string) =>
  ledger.submit({
    kind: 'repair-stock',
    levels: [{ sku, location: EAST }],
    dryRun: false,
    caller: 'operator',
  });

const DAMAGES: readonly [string, string][] = [
  ['on_hand is raised', 'UPDATE stock_levels SET on_hand = on_hand + 7 WHERE sku = $1'],
  ['on_hand is lowered', 'UPDATE stock_levels SET on_hand = on_hand - 7 WHERE sku = $1'],
  ['reserved is lowered', 'UPDATE stock_levels SET reserved = 0 WHERE sku = $1'],
  [
    'units are moved from reserved to allocated',
    'UPDATE stock_levels SET reserved = reserved - 2, allocated = allocated + 2 WHERE sku = $1',
  ],
  ['level_seq is set back', 'UPDATE stock_levels SET level_seq = 1 WHERE sku = $1'],
  ['the level is deleted', 'DELETE FROM stock_levels WHERE sku = $1'],
];

test.each(DAMAGES)('%s: it is repaired, and the level works again', async (_what, statement) => {
  const { sku, hold } = await busyLevel();
  await scenario.sql.query(statement, [sku]);

  expect(await repair(sku)).toMatchObject({
    outcome: { ok: true, repairs: expect.arrayContaining([expect.objectContaining({ sku })]) },
  });

  expect(await scenario.counters(sku)).toEqual([20, 4, 3]);
  expect(await checkLedgerInvariants(scenario.url)).toEqual([]);
  await ledger.submit(release(hold));
  expect(await scenario.counters(sku)).toEqual([20, 0, 3]);
  expect(await repair(sku)).toMatchObject({ outcome: { repairs: [] } });
});

test('what was sold behind a lowered counter is found to be promised twice: a shortfall, not an error', async () => {
  const { sku } = await busyLevel();
  await scenario.sql.query('UPDATE stock_levels SET reserved = 0 WHERE sku = $1', [sku]);
  await ledger.submit(reserve([line(sku, 17)]));

  await repair(sku);

  expect(await scenario.counters(sku)).toEqual([20, 21, 3]);
  const level = levelIn(await ledger.submit(setStock(sku, 24)));
  expect(level).toMatchObject({ shortfall: 0, available: 0 });
});

test('and no other command may raise a shortfall, in any transaction', async () => {
  const { sku } = await busyLevel();
  await expect(
    scenario.sql.query('UPDATE stock_levels SET reserved = 30, shortfall = 13 WHERE sku = $1', [sku]),
  ).rejects.toThrow('oversold');
});

test('traffic meanwhile comes on top', async () => {
  const { sku } = await busyLevel();
  await scenario.sql.query('UPDATE stock_levels SET on_hand = on_hand + 7 WHERE sku = $1', [sku]);
  const [, , created] = await Promise.all([
    ledger.submit(reserve([line(sku, 1)])),
    repair(sku),
    ledger.submit(reserve([line(sku, 1)])),
  ]);
  await ledger.submit(release(reservationIn(created).id));
  expect(await scenario.counters(sku)).toEqual([20, 5, 3]);
});

test('where a movement is missing, what is on hand stays as it is, and each repair says so', async () => {
  const { sku } = await busyLevel();
  await ledger.submit(setStock(sku, 12)); // the fifth movement, of -8
  await ledger.submit(setStock(sku, 12));
  await pastTheTriggers('DELETE FROM stock_movements WHERE sku = $1 AND level_seq = 5', sku);
  await scenario.sql.query('UPDATE stock_levels SET reserved = 0 WHERE sku = $1', [sku]);

  expect((await repair(sku)).outcome).toMatchObject({
    repairs: [{ kind: 'reserved', expected: 4, actual: 0 }],
    unrepaired: [
      { kind: 'on_hand', expected: 20, actual: 12 },
      { kind: 'level_seq', expected: 5, actual: 6 },
    ],
  });
  expect(await scenario.counters(sku)).toEqual([12, 4, 3]);
  expect((await repair(sku)).outcome).toMatchObject({
    repairs: [],
    unrepaired: [{ kind: 'level_seq', expected: 7, actual: 8 }],
  });

  for (const table of ['stock_movements', 'stock_levels', 'reservation_lines']) {
    await pastTheTriggers(`DELETE FROM ${table} WHERE sku = $1`, sku); // it would be found for ever
  }
});

async function pastTheTriggers(statement: string, sku: string): Promise<void> {
  await scenario.sql.query(`SET session_replication_role = 'replica'`);
  await scenario.sql.query(statement, [sku]);
  await scenario.sql.query(`SET session_replication_role = 'origin'`);
}
