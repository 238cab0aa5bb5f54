import type { Backoff } from './job-catalog.ts';

/**
 * Thrown by a handler that wants its job back later, without having failed: the gateway is busy, the row is
 * not due yet. The job waits `delayMs` and is not logged as a failure. BullMQ counts it as one of the
 * catalog's attempts anyway: for jobs that may wait often, attempts must be unlimited.
 */
export class RetryLater extends Error {
  override name = 'RetryLater';
  readonly delayMs: number;

  constructor(delayMs: number, reason: string) {
    super(reason);
    this.delayMs = Math.max(0, Math.ceil(delayMs));
  }
}

/**
 * How many milliseconds a job waits after its `attempt`-th try (from 1) has thrown `error`.
 *
 * Full jitter, because jobs that fail together (the database was away) would otherwise come back together
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 *
 * @param random a number in [0, 1)
 */
export function retryDelayMs(
  backoff: Backoff,
  attempt: number,
  error: unknown,
  random: () => number = Math.random,
): number {
  if (error instanceof RetryLater) return error.delayMs;
  // 2^30 is past every cap; without the bound an endless row of attempts would end in Infinity.
  const ceilingMs = Math.min(backoff.capMs, backoff.firstMs * 2 ** Math.min(attempt - 1, 30));
  return Math.floor(random() * ceilingMs);
}
