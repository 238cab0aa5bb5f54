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
