import { randomBytes } from 'node:crypto';

/** Where the queues live. `redisUrl` is what an app gets as REDIS_URL. */
export interface TestQueueBackend {
  readonly name: 'postgres' | 'redis';
  readonly redisUrl: string | undefined;
}

export const onPostgres: TestQueueBackend = { name: 'postgres', redisUrl: undefined };

/** Redis is missing where the run has none. */
export function backendsOfRun(): readonly TestQueueBackend[] {
  const redisUrl = process.env['HOLDFAST_TEST_REDIS_URL'];
  return [onPostgres, ...(redisUrl ? [{ name: 'redis', redisUrl } as const] : [])];
}

/** For `describe.each`: promises that each backend keeps in a way of its own. */
export const queueBackends: readonly TestQueueBackend[] = backendsOfRun();

/** For `describe.each`: promises about Redis. */
export const onRedis: readonly TestQueueBackend[] = queueBackends.filter(({ name }) => name === 'redis');

/**
 * For `describe.each` of a suite that takes long and uses the queue as others do: the named backend, or all with
 * `QUEUES=all`. Without Redis it runs on PostgreSQL.
 */
export function mostlyOn(name: TestQueueBackend['name']): readonly TestQueueBackend[] {
  if (process.env['QUEUES'] === 'all') return queueBackends;
  return [queueBackends.find((backend) => backend.name === name) ?? onPostgres];
}

/** A queue prefix that no other test file uses: the run has one Redis for all. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;
