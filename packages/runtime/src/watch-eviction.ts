import type { Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { showGauge } from './metrics-registry.ts';

const LOOK_EVERY_MS = 10_000;

const REASON =
  'Redis evicts keys when its memory is full, among them jobs and parts of jobs. They are queued again from the rows, ' +
  'some seconds late. Set maxmemory-policy to noeviction, and a maxmemory that is never reached';

/**
 * Reports, in a log line and as a metric, that the Redis of the queues evicts keys. The process still runs:
 * nothing is lost by it, a hosted Redis may allow no other policy, and a process that does not start sells
 * nothing.
 *
 * @param readPolicy the policy; null when no key is evicted. @throws when it cannot be read
 */
export function watchEviction(
  registry: Registry,
  log: Logger,
  readPolicy: () => Promise<string | null>,
): { readonly name: string; close(): Promise<void> } {
  let policy: string | null | undefined; // until it was read
  async function look(): Promise<void> {
    const before = policy;
    policy = await readPolicy().catch(() => undefined);
    if (policy === before || policy === undefined) return;
    if (policy !== null) log.error('redis.evicts_keys', { maxmemory_policy: policy, reason: REASON });
    else if (before) log.info('redis.evicts_no_keys');
  }
  showGauge(
    registry,
    'holdfast_redis_evicts_keys',
    '1 while the Redis of the queues evicts keys when its memory is full, else 0.',
    () => (policy === undefined ? Number.NaN : policy === null ? 0 : 1),
  );
  const timer = setInterval(() => void look(), LOOK_EVERY_MS).unref();
  void look();
  return {
    name: 'eviction watch',
    close() {
      clearInterval(timer);
      return Promise.resolve();
    },
  };
}
