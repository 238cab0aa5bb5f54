import { queueRun } from '@holdfast/reconciliation';
import { newId } from '@holdfast/ledger';
import { ofSuite } from '@holdfast/testing';
import { Registry } from 'prom-client';
import { watchRuns } from '../gauges/fleet-gauges.ts';
import { addHolds, damage, databaseAway, databaseNow, openOwnWorker } from '../testing/test-worker.ts';

const worker = ofSuite(openOwnWorker);
afterAll(() => jest.restoreAllMocks());

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

test('show what this worker ran, and how the newest run of all workers ended', async () => {
  const { database, registry, log } = worker.context;
  expect(await figures(registry)).toMatchObject({
    holdfast_reconcile_issues: Number.NaN,
    holdfast_reconcile_last_finished_timestamp_seconds: Number.NaN,
  });
  await addHolds(database, 'WRONG', { count: 2, dueInMs: 60_000 });
  await damage(database, 'WRONG');
  jest.spyOn(log, 'error').mockImplementation(() => log as never);
  await queueRun(database.prisma, { id: newId(), trigger: 'manual', dryRun: false, limit: 10 });

  const before = await databaseNow(database);
  await worker.run('reconcile-stale', { run_id: newId(), trigger: 'manual' });

  const after = await figures(registry);
  expect(after).toMatchObject({
    holdfast_reconcile_issues: 1,
    'holdfast_reconcile_runs_total manual succeeded': 1,
  });
  const finished = (after['holdfast_reconcile_last_finished_timestamp_seconds'] ?? 0) * 1_000;
  const now = await databaseNow(database);
  expect(finished).toBeGreaterThanOrEqual(before);
  expect(finished).toBeLessThanOrEqual(now);
  // A worker that has run nothing itself shows the same of the fleet.
  const other = new Registry();
  watchRuns(other, database);
  expect(await figures(other)).toMatchObject({ holdfast_reconcile_issues: 1 });
});

test('without the database the scrape is answered all the same, and claims nothing', async () => {
  const registry = new Registry();
  const database = databaseAway();
  watchRuns(registry, database);
  expect(await figures(registry)).toMatchObject({ holdfast_reconcile_issues: Number.NaN });
  await database.close();
});
