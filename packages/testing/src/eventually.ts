import { setTimeout as pause } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 5,000. */
  readonly timeoutMs?: number;
  /** Default 20. */
  readonly everyMs?: number;
}

/**
 * Asks again and again until `check` neither throws nor answers `false`, and answers what it answered.
 * Whoever waits for something waits like this: it is as fast as the thing itself, and never for ever.
 *
 * @throws what `check` threw last, when the time is over
 */
export async function eventually<T>(
  check: () => T | false | Promise<T | false>,
  { timeoutMs = 5_000, everyMs = 20 }: EventuallyOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const isLast = performance.now() >= deadline;
    try {
      const value = await check();
      if (value !== false) return value;
      if (isLast) throw new Error(`still false after ${timeoutMs} ms: ${check.toString()}`);
    } catch (error) {
      if (isLast) throw error;
    }
    await pause(everyMs);
  }
}
