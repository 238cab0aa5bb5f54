import { requireWithin } from '@holdfast/runtime/bounded-waits';
import { QueueUnavailable } from './queue-errors.ts';

/**
 * Runs calls to the queue so that no caller waits longer than `timeoutMs`, and no more than `pendingMax` are
 * under way.
 *
 * A call that is given up continues in the background and still counts as pending: that is what keeps memory
 * bounded while a server hangs. It is free again when the connection's own time limit ends it.
 */
export function createBoundedCalls(timeoutMs: number, pendingMax: number) {
  let pending = 0;
  /** @throws {QueueUnavailable} when it fails, takes too long, or too many are pending */
  return async function bounded<T>(what: string, call: () => Promise<T>): Promise<T> {
    if (pending >= pendingMax) throw new QueueUnavailable(`${what}: ${pending} calls are pending`);
    pending += 1;
    const work = call().finally(() => {
      pending -= 1;
    });
    const tooLate = () => new QueueUnavailable(`${what}: no answer in ${timeoutMs} ms`);
    try {
      return await requireWithin(timeoutMs, work, tooLate);
    } catch (error) {
      if (error instanceof QueueUnavailable) throw error;
      throw new QueueUnavailable(`${what}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  };
}
