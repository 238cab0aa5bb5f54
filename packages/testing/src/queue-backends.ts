import { randomBytes } from 'node:crypto';

/** Where the queues live. `redisUrl` is what an app gets as REDIS_URL. */
export interface TestQueueBackend {
  readonly name: 'postgres' | 'redis';
  readonly redisUrl: string | undefined;
}

/** Redis is missing where the run has none. */
export function backendsOfRun(): readonly TestQueueBackend[] {
  const redisUrl = process.env['HOLDFAST_TEST_REDIS_URL'];
  return [
    { name: 'postgres', redisUrl: undefined },
    ...(redisUrl ? [{ name: 'redis', redisUrl } as const] : []),
  ];
}

/** For `describe.each`: every promise about jobs is kept on both. */
export const queueBackends: readonly TestQueueBackend[] = backendsOfRun();

/** A queue prefix that no other test file uses: the run has one Redis for all. */
export const uniquePrefix = (): string => `test-${randomBytes(6).toString('hex')}`;
