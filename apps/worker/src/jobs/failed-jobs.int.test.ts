import { createContext as createSim, readSimConfig, startServer } from '@holdfast/gateway-sim';
import { newId } from '@holdfast/ledger';
import { readConfig, type RunningProcess } from '@holdfast/runtime';
import { addImport } from '@holdfast/stock';
import { createTestDatabase, eventually, type TestDatabase } from '@holdfast/testing';
import { retrySync } from '@holdfast/warehouse';
import { workerEnvironment } from '../config.ts';
import { createContext, type WorkerContext } from '../context.ts';
import { startWorker } from '../server.ts';
import { addSync, BY_HAND } from '../testing/test-worker.ts';

// A whole worker with its queue: what Bull Board shows of work that has failed for good.

let database: TestDatabase;
let sim: ReturnType<typeof createSim>;
let gateway: RunningProcess;
let context: WorkerContext;
let worker: RunningProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  sim = createSim(readSimConfig({ GATEWAY_SIM_PORT: '0', LOG_LEVEL: 'error' }));
  gateway = await startServer(sim);
  const settings = {
    DATABASE_URL: database.url,
    GATEWAY_URL: gateway.url,
    GATEWAY_MAX_ATTEMPTS: '1',
    WORKER_PORT: '0',
    LOG_LEVEL: 'error',
  };
  context = await createContext(readConfig(workerEnvironment, settings));
  jest.spyOn(context.log, 'error').mockReturnThis();
  worker = await startWorker(context);
});
afterAll(async () => {
  await worker.stop();
  await gateway.stop();
  await database.drop();
});

const boardQueue = (name: string) => {
  const queue = context.producer.boardQueues().find((each) => each.name === name);
  if (!queue) throw new Error(`there is no queue ${name}`);
  return queue;
};
/** The failed job whose data has this text, as the board's list of failed jobs can be searched. */
const failedJobWith = async (queue: string, text: string) => {
  const jobs = await boardQueue(queue).getFailed(0, 200);
  return jobs.find(({ data }) => JSON.stringify(data).includes(text));
};

test('a failed sync is a failed job, found by its order and its reservation, and can be tried again', async () => {
  sim.faults = { ...sim.faults, error_rate: 1, status: 500 };
  const reservationId = newId();
  const orderId = `o-${reservationId}`;
  const { prisma } = context.database;
  const syncId = await addSync(context.database, 'confirm', { reservationId });
  await prisma.$executeRaw`UPDATE warehouse_syncs SET order_id = ${orderId} WHERE id = ${syncId}::uuid`;
  await context.producer.enqueueSyncs([{ id: syncId, action: 'confirm' }]);
  await eventually(async () => expect(await failedJobWith('warehouse-sync', orderId)).toBeDefined());

  const job = await failedJobWith('warehouse-sync', reservationId);
  expect(job?.data).toEqual({ sync_id: syncId, reservation_id: reservationId, order_id: orderId });
  expect(job?.failedReason).toContain(`reservation ${reservationId} (order ${orderId})`);
  const completed = await boardQueue('warehouse-sync').getCompleted(0, 200);
  expect(completed.filter(({ data }) => JSON.stringify(data).includes(syncId))).toEqual([]);

  sim.faults = { ...sim.faults, error_rate: 0 };
  await retrySync(prisma, syncId, BY_HAND);
  await job?.retry(); // the board's own button; its data has more by now
  await eventually(async () => {
    const sync = await prisma.warehouseSync.findUnique({ where: { id: syncId } });
    expect(sync?.state).toBe('succeeded');
  });
});

test('a failed import is a failed job', async () => {
  const importId = newId();
  const { prisma } = context.database;
  await addImport(prisma, { id: importId, caller: 'shop', content_type: 'text/csv', chunks: 1, rows: 1 });
  await context.producer.enqueueImport(importId);
  await eventually(async () => expect(await failedJobWith('stock-import', importId)).toBeDefined());
  const job = await failedJobWith('stock-import', importId);
  expect(job?.failedReason).toBe(`import ${importId} of shop: part 1 could not be applied`);
});

test('neither is counted as a job that was given up, which operators are alerted of', async () => {
  const { values } = await context.metrics.jobsFailed.get();
  expect(values.map(({ value }) => value)).toEqual(values.map(() => 0));
});
