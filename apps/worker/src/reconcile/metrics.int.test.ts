import { queueRun } from '@holdfast/db';
import { newId } from '@holdfast/ledger';
import { createTestDatabase, type TestDatabase } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { createReconcileMetrics } from './metrics.ts';
import {
  addHolds,
  damage,
  databaseAway,
  databaseNow,
  openTestWorker,
  type TestWorker,
} from '../testing/test-worker.ts';

let testDatabase: TestDatabase;
let worker: TestWorker;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  worker = await openTestWorker(testDatabase.url);
});
afterAll(async () => {
  jest.restoreAllMocks();
  await worker.close();
  await testDatabase.drop();
});

async function figures(registry: Registry): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const { name, values } of await registry.getMetricsAsJSON()) {
    if (!name.startsWith('holdfast_reconcile')) continue;
    for (const { value, labels } of values) {
      if (!('le' in labels))
        found[`${name} ${labels['trigger'] ?? ''} ${labels['status'] ?? ''}`.trim()] = value;
    }
  }
  return found;
}

test('tell what this worker ran, and how the newest run of all workers ended', async () => {
  const { database, registry, log } = worker.context;
  expect(await figures(registry)).toMatchObject({
    holdfast_reconcile_issues: Number.NaN,
    holdfast_reconcile_last_finished_timestamp_seconds: Number.NaN,
  });
  await addHolds(database, 'WRONG', { count: 2, dueInMs: 60_000 });
  await damage(database, 'WRONG');
  jest.spyOn(log, 'error').mockImplementation(() => log as never);
  await queueRun(database.prisma, { id: newId(), trigger: 'manual', dryRun: false, limit: 10 });

  await worker.run('reconcile-stale', { run_id: newId(), trigger: 'manual' });

  const after = await figures(registry);
  expect(after).toMatchObject({
    holdfast_reconcile_issues: 1,
    'holdfast_reconcile_runs_total manual succeeded': 1,
  });
  const finished = (after['holdfast_reconcile_last_finished_timestamp_seconds'] ?? 0) * 1_000;
  const now = await databaseNow(database);
  expect(finished).toBeGreaterThan(now - 10_000);
  expect(finished).toBeLessThanOrEqual(now);
  // One that has run nothing itself tells the same of the fleet.
  const other = new Registry();
  createReconcileMetrics(other, database);
  expect(await figures(other)).toMatchObject({ holdfast_reconcile_issues: 1 });
});

test('without the database the scrape is answered all the same, and claims nothing', async () => {
  const registry = new Registry();
  const database = databaseAway();
  createReconcileMetrics(registry, database);
  expect(await figures(registry)).toMatchObject({ holdfast_reconcile_issues: Number.NaN });
  await database.close();
});
