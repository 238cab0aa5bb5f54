import { openFleet as openTestFleet, type Fleet as TestFleet } from '../../../../tests/fleet.ts';
import { reserveRedisServer, type TestRedis } from '../../../../tests/redis-server.ts';
import { skuNames, stockUp } from '../../api-calls.ts';
import type { QueuePlace } from '../../options.ts';
import { SETTINGS, until, type Testbed } from '../../testbed.ts';

/** One API, some workers and the gateway's stand-in, with 1,000 SKUs in stock and nothing sold. */
export interface Fleet extends TestFleet {
  /** Of its own, where the queues live in Redis. */
  readonly redis: TestRedis | undefined;
}

/** @param env settings of all its processes, on top of the bench's own */
export async function openFleet(
  testbed: Testbed,
  place: QueuePlace,
  { workers, env = {} }: { readonly workers: number; readonly env?: Readonly<Record<string, string>> },
): Promise<Fleet> {
  const database = await testbed.createDatabase('bench_workers');
  const redis = place === 'Redis' ? await reserveRedisServer() : undefined;
  await redis?.start();
  const fleet = await openTestFleet(
    { name: redis ? 'redis' : 'postgres', redisUrl: redis?.url },
    { database, workers, env: { ...SETTINGS, REDIS_URL: redis?.url ?? '', ...env }, ...(redis && { redis }) },
  );
  await stockUp(fleet.client.baseUrl);
  return Object.assign(fleet, { redis });
}

/** Below the most that a call may have. */
const BATCH = 200;

/** Makes reservations of one unit each, of one SKU after the other. @param more fields of the n-th of them */
async function reserveMany({ client }: TestFleet, count: number, more: (n: number) => object): Promise<void> {
  const body = (n: number) => ({ lines: [{ sku: skuNames[n % skuNames.length], quantity: 1 }], ...more(n) });
  for (let start = 0; start < count; start += BATCH) {
    const size = Math.min(BATCH, count - start);
    await client.batch(Array.from({ length: size }, (_, n) => body(start + n)));
  }
}

export const makeHolds = (
  fleet: TestFleet,
  count: number,
  ttlSeconds: (n: number) => number,
): Promise<void> => reserveMany(fleet, count, (n) => ({ ttl_seconds: ttlSeconds(n) }));

/** Makes confirmed orders, each of which leaves a sync. */
export const confirmOrders = (fleet: TestFleet, count: number): Promise<void> =>
  reserveMany(fleet, count, () => ({ confirm: true }));

/** How many confirms there are, and how many of them the gateway has taken. */
export async function countConfirms(fleet: TestFleet): Promise<{ all: number; synced: number }> {
  const [counted] = await fleet.query<{ all: number; synced: number }>(
    `SELECT count(*)::integer AS all, (count(*) FILTER (WHERE state = 'succeeded'))::integer AS synced
     FROM warehouse_syncs
     WHERE action = 'confirm'`,
  );
  return counted ?? { all: 0, synced: 0 };
}

export const untilSynced = (fleet: TestFleet, withinMs: number): Promise<void> =>
  until(async () => {
    const { all, synced } = await countConfirms(fleet);
    return synced === all;
  }, withinMs);

/** How long after its time each hold was given back, in seconds: when it was decided, with its rows locked, by the database's clock. */
export interface ExpiryLag {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Of holds that fell due before `dueBefore`. */
export async function readExpiryLag(fleet: TestFleet, dueBefore = new Date(8.64e15)): Promise<ExpiryLag> {
  const [lag] = await fleet.query<ExpiryLag>(
    `SELECT
       count(*)::integer AS count,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
       percentile_disc(0.99) WITHIN GROUP (ORDER BY seconds) AS p99,
       max(seconds) AS max
     FROM (
       SELECT extract(epoch FROM min(movement.at) - expires_at)::float8 AS seconds
       FROM reservations
       JOIN stock_movements movement ON movement.reservation_id = reservations.id
       WHERE movement.kind = 'expire'
         AND expires_at < $1
       GROUP BY reservations.id
     ) each`,
    [dueBefore],
  );
  const { count = 0, p50, p99, max } = lag ?? {};
  return { count, p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN, max: max ?? Number.NaN };
}

/** Holds that are still held, and how long it is until the next of them falls due, by the database's clock. */
export async function readHolds(fleet: TestFleet): Promise<{ count: number; msUntilDue: number }> {
  const [held] = await fleet.query<{ count: number; msUntilDue: number | null }>(
    `SELECT
       count(*)::integer AS count,
       (extract(epoch FROM min(expires_at) - clock_timestamp()) * 1000)::float8 AS "msUntilDue"
     FROM reservations
     WHERE status = 'held'`,
  );
  return { count: held?.count ?? Number.NaN, msUntilDue: held?.msUntilDue ?? 0 };
}

export const untilNoneHeld = (fleet: TestFleet, withinMs: number): Promise<void> =>
  until(async () => (await readHolds(fleet)).count === 0, withinMs);
