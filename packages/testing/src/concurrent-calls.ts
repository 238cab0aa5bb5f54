import { setTimeout as pause } from 'node:timers/promises';

/**
 * A race made on purpose: `callers` calls are made in one moment, before the first of them gets any further.
 *
 * @returns how each ended, in the order of their numbers
 */
export async function together<T>(
  callers: number,
  call: (number: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> {
  const start = Promise.resolve();
  const running = Array.from({ length: callers }, async (_, number) => {
    await start;
    return call(number);
  });
  return Promise.allSettled(running);
}

/** Calls that go on until they are stopped. */
export interface OngoingCalls {
  /** Waits for those under way. @throws what a call threw */
  stop(): Promise<void>;
}

/** Between two calls of a caller: without it a dozen callers take all cores, and what is tested shares them. */
const PAUSE_MS = 20;

/** So many callers call again and again, each a moment after its last call has ended. */
export function keepCalling(callers: number, call: (caller: number) => Promise<unknown>): OngoingCalls {
  const stopped = new AbortController();
  const calling = Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (!stopped.signal.aborted) {
        await call(caller);
        await pause(PAUSE_MS);
      }
    }),
  );
  calling.catch(() => {}); // `stop` throws it
  return {
    async stop() {
      stopped.abort();
      await calling;
    },
  };
}
