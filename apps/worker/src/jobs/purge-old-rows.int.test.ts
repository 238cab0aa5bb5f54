import { eventually, ofTest } from '@holdfast/testing';
import { newId } from '@holdfast/ledger';
import { readConfig } from '@holdfast/runtime';
import { workerEnvironment } from '../config.ts';
import { createContext } from '../context.ts';
import { startWorker } from '../server.ts';
import { purgesOf } from './retention-list.ts';
import { openOwnWorker } from '../testing/test-worker.ts';

afterEach(() => jest.restoreAllMocks());
const worker = ofTest(() => openOwnWorker({ IDEMPOTENCY_KEY_HOURS: '48', EVENT_RETENTION_DAYS: '2' }));

const prisma = () => worker.context.database.prisma;

async function addOld(count: number, hours: number): Promise<void> {
  await prisma().$executeRaw`
    INSERT INTO idempotency_keys (caller, path, key, fingerprint, outcome, created_at)
    SELECT 'shop', '/', ${hours} || ' ' || n, 'f', '{}', statement_timestamp() - ${hours}::integer * interval '1 hour'
    FROM generate_series(1, ${count}::integer) AS n`;
  await prisma().$executeRaw`
    INSERT INTO events (id, type, subject, time, data)
    SELECT
      (
        lpad(to_hex((extract(epoch FROM time) * 1000)::bigint), 12, '0') || '7000' || substr(md5(${hours} || ' ' || n), 1, 16)
      )::uuid,
      't', 's', time, '{}'
    FROM generate_series(1, ${count}::integer) AS n,
      LATERAL (SELECT statement_timestamp() - ${hours}::integer * interval '1 hour' AS time) AS old`;
  await prisma().$executeRaw`
    INSERT INTO stock_import_chunks (import_id, number, rows, staged_at)
    SELECT ${newId()}::uuid, n, '[]', statement_timestamp() - ${hours}::integer * interval '1 hour'
    FROM generate_series(1, ${count}::integer) AS n`;
}

async function left(): Promise<unknown> {
  const [row] = await prisma().$queryRaw<unknown[]>`
    SELECT
      (SELECT count(*)::integer FROM idempotency_keys) AS keys,
      (SELECT count(*)::integer FROM events) AS events,
      (SELECT count(*)::integer FROM stock_import_chunks) AS chunks`;
  return row;
}

const forgotten = async () =>
  (await worker.context.metrics.rowsForgotten.get()).values.map(({ labels, value }) => [labels.table, value]);

test('rows whose retention has ended are deleted, counted and logged', async () => {
  await addOld(3, 47);
  await addOld(5, 49);
  const info = jest.spyOn(worker.context.log, 'info').mockImplementation(() => worker.context.log as never);
  await worker.run('forget-old-rows', {});
  expect(await left()).toEqual({ keys: 3, events: 3, chunks: 0 });
  expect(await forgotten()).toEqual([
    ['idempotency_keys', 5],
    ['stock_import_chunks', 8],
    ['events', 5],
  ]);
  expect(info.mock.calls).toEqual([
    [
      'rows.forgotten',
      {
        ...Object.fromEntries(purgesOf(worker.context).map(([table]) => [table, 0])),
        idempotency_keys: 5,
        stock_import_chunks: 8,
        events: 5,
        ms: expect.any(Number),
      },
    ],
  ]);
  await worker.run('forget-old-rows', {}); // nothing left
  expect(info).toHaveBeenCalledTimes(1);
});

test('a worker that stops leaves off after the chunk in hand, and the job is done later', async () => {
  await addOld(2_500, 49);
  const info = jest.spyOn(worker.context.log, 'info').mockImplementation(() => worker.context.log as never);
  await expect(worker.run('forget-old-rows', {}, {}, AbortSignal.abort())).rejects.toMatchObject({
    name: 'RetryLater',
    delayMs: 0,
  });
  expect(await left()).toEqual({ keys: 500, events: 2_500, chunks: 2_500 });
  expect(info).toHaveBeenCalledWith('rows.forgotten', expect.objectContaining({ idempotency_keys: 2_000 }));
  await worker.run('forget-old-rows', {});
  expect(await left()).toEqual({ keys: 0, events: 0, chunks: 0 });
});

test('a running worker purges by itself, as often as it is set to', async () => {
  await addOld(5, 49);
  const settings = {
    DATABASE_URL: worker.databaseUrl,
    GATEWAY_URL: 'http://127.0.0.1:1',
    WORKER_PORT: '0',
    LOG_LEVEL: 'error',
    RETENTION_EVERY_SECONDS: '1',
    EVENT_RETENTION_DAYS: '2',
  };
  const running = await startWorker(await createContext(readConfig(workerEnvironment, settings)));
  try {
    await eventually(async () => expect(await left()).toEqual({ keys: 0, events: 0, chunks: 0 }));
    await addOld(5, 50);
    await eventually(async () => expect(await left()).toEqual({ keys: 0, events: 0, chunks: 0 }));
    const metrics = await (await fetch(`${running.url}/metrics`)).text();
    expect(metrics).toMatch(/^holdfast_rows_forgotten_total\{table="events",.*\} 10$/m);
  } finally {
    await running.stop();
  }
});

test.each([
  ['IDEMPOTENCY_KEY_HOURS', '23'],
  ['EVENT_RETENTION_DAYS', '0'],
  ['RETENTION_EVERY_SECONDS', '0'],
  ['ORDER_RETENTION_DAYS', '29'],
  ['FULFILLMENT_RETENTION_DAYS', '29'],
  ['RECONCILIATION_RETENTION_DAYS', '1'],
  ['SNAPSHOT_RETENTION_DAYS', 'for ever'],
])('%s=%s is refused at start', (name, value) => {
  const settings = { DATABASE_URL: worker.databaseUrl, GATEWAY_URL: 'http://127.0.0.1:1', [name]: value };
  expect(() => readConfig(workerEnvironment, settings)).toThrow(name);
});
