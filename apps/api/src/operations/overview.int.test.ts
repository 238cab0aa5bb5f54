import { claimSync, reportGatewayDown, reportGatewayLimit } from '@holdfast/warehouse';
import { scenarioOfSuite } from '../testing/api-scenario.ts';
import { overviewAnswer } from './overview.ts';

const scenario = scenarioOfSuite();
const overview = async () => overviewAnswer.parse((await scenario.api.call('get', '/v1/overview')).body);

test('a service in which nothing has happened has nothing to show', async () => {
  const { holds, waiting, warehouse, dead_events, selling, refusing, stock } = await overview();
  expect(holds).toEqual({ active: 0, due_within_a_minute: 0, overdue: 0 });
  expect([waiting, dead_events, selling, refusing]).toEqual([0, 0, [], []]);
  expect(warehouse).toMatchObject({
    oldest_seconds: 0,
    failed: 0,
    down_since: null,
    calls_per_second: 0,
    limit_per_second: null,
  });
  expect(stock).toEqual({ short_levels: 0, short_units: 0, drift: null, reconciled_at: null });
});

test('holds, syncs, sold units and refusals are counted', async () => {
  const sku = await scenario.newSku(3);
  await scenario.hold(sku, 1, { ttl_seconds: 3_000 });
  await scenario.hold(sku, 1, { ttl_seconds: 50 });
  const { id } = await scenario.hold(sku, 1);
  await scenario.confirm(id);
  await scenario.tryHold(sku, 5);
  await scenario.api.context.demand.close(); // writes what it has counted
  const { holds, warehouse, selling, refusing } = await overview();
  expect(holds).toEqual({ active: 2, due_within_a_minute: 1, overdue: 0 });
  expect(warehouse.waiting).toMatchObject({ confirm: 1, cancel: 0 });
  expect(selling).toEqual([{ sku, calls: 3, units: 3 }]);
  expect(refusing).toEqual([{ sku, calls: 1, units: 5 }]);
});

test('a gateway that workers have found down is shown with the time, until they no longer say so', async () => {
  const { prisma } = scenario.api.context.database;
  await reportGatewayDown(prisma, 60_000);
  const { warehouse, at } = await overview();
  expect(Date.parse(warehouse.down_since ?? '')).toBeLessThanOrEqual(Date.parse(at) + 1);
  await reportGatewayDown(prisma, 60_000);
  expect((await overview()).warehouse.down_since).toBe(warehouse.down_since);
  await prisma.$executeRaw`UPDATE gateway_pace SET down_until = clock_timestamp()`;
  expect((await overview()).warehouse.down_since).toBeNull();
});

test('the calls of the gateway in the last seconds are shown beside the limit that workers keep', async () => {
  const { prisma } = scenario.api.context.database;
  for (const limit of [40, 60]) await reportGatewayLimit(prisma, limit);
  const sku = await scenario.newSku(9);
  for (let call = 0; call < 3; call += 1) {
    const { warehouse_sync } = await scenario.confirmed(sku);
    await claimSync(prisma, warehouse_sync?.id ?? '', 60_000);
  }
  expect((await overview()).warehouse).toMatchObject({ calls_per_second: 0.3, limit_per_second: 60 });
  await prisma.$executeRaw`UPDATE warehouse_sync_attempts SET started_at = started_at - interval '11 s'`;
  expect((await overview()).warehouse.calls_per_second).toBe(0);
});
