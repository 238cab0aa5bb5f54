import { QueueUnavailable } from './errors.ts';

/**
 * Runs calls to the queue so that no caller waits longer than `timeoutMs`, and no more than `pendingMax` are under way.
 *
 * A call that is given up goes on in the background and still counts as pending: that is what keeps memory bounded while
 * a server hangs. It is free again when the connection's own time limit ends it.
 */
export function createBoundedCalls(timeoutMs: number, pendingMax: number) {
  let pending = 0;
  /** @throws {QueueUnavailable} when it fails, takes too long, or too many are pending */
  return async function bounded<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (pending >= pendingMax) throw new QueueUnavailable(`${what}: ${pending} calls are pending`);
    pending += 1;
    let timer: NodeJS.Timeout | undefined;
    const work = call().finally(() => {
      pending -= 1;
    });
    const deadline = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new QueueUnavailable(`${what}: no answer in ${timeoutMs} ms`)),
        timeoutMs,
      );
    });
    try {
      return await Promise.race([work, deadline]);
    } catch (error) {
      if (error instanceof QueueUnavailable) throw error;
      throw new QueueUnavailable(`${what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
  };
}
