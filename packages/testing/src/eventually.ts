import { setTimeout as pause } from 'node:timers/promises';
import { DEADLINE_MS, scaled } from './patience.ts';

export interface EventuallyOptions {
  /** On the reference machine; a slower one gets more (patience.ts). Default 120,000. */
  readonly timeoutMs?: number;
  /** Default: 20 and a twentieth of the time that has passed, up to 250. */
  readonly everyMs?: number;
}

/** Repeats a call while it is answered 503, as a careful client does. */
export const untilServed = <Reply extends { readonly status: number }>(
  call: () => Promise<Reply>,
): Promise<Reply> =>
  eventually(async () => {
    const reply = await call();
    return reply.status !== 503 && reply;
  });

/** Codes of refusals after which a client asks again. */
const NOTHING_WAS_DONE = new Set<unknown>(['overloaded', 'unavailable']);

/**
 * Repeats a call that is refused because too many wait, as clients should: nothing was done. On a busy
 * machine that is no fault. Other refusals are answers.
 */
export const untilNotOverloaded = <Answer extends { readonly body: unknown }>(
  ask: () => Promise<Answer>,
): Promise<Answer> =>
  eventually(async () => {
    const answer = await ask();
    return !NOTHING_WAS_DONE.has(Reflect.get(Object(answer.body), 'code')) && answer;
  });

/**
 * Repeats `check` until it neither throws nor returns `false`, and returns its result. Every wait in a test uses this:
 * it ends as soon as the condition is true, and never waits without a limit.
 *
 * @throws what `check` threw last, when the time is over
 */
export async function eventually<T>(
  check: () => T | false | Promise<T | false>,
  { timeoutMs = DEADLINE_MS, everyMs }: EventuallyOptions = {},
): Promise<T> {
  const deadlineMs = scaled(timeoutMs);
  const began = performance.now();
  for (;;) {
    const passedMs = performance.now() - began;
    const isLast = passedMs >= deadlineMs;
    try {
      const value = await check();
      if (value !== false) return value;
      if (isLast) throw new Error(`still false after ${deadlineMs} ms: ${check.toString()}`);
    } catch (error) {
      if (isLast) throw error;
    }
    await pause(everyMs ?? Math.min(250, 20 + passedMs / 20));
  }
}
