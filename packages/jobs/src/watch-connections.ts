import { within } from '@holdfast/runtime/bounded-waits';
import type { Worker } from 'bullmq';

const READY_TIMEOUT_MS = 500;
const LOOK_AGAIN_MS = 500;

/**
 * Sees when the queue was away and is back. BullMQ has no event for this on both backends. So this sends a
 * request after any error or closed connection of a worker, until every worker has got an answer.
 */
export function watchConnections(workers: readonly Worker[], onReconnect: () => void) {
  let closed = false;
  let looking = false;
  let again: NodeJS.Timeout | undefined;
  /** One question at a time: on Redis it waits for as long as the server is away, and they would pile up. */
  let asking: Promise<boolean> | undefined;

  function ask(): Promise<boolean> {
    asking ??= Promise.all(workers.map((worker) => worker.getBackend().hasQueueMetaField('paused'))).then(
      () => true,
      () => false,
    );
    void asking.finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function look(): Promise<void> {
    const answered = await ask();
    if (closed) return;
    if (answered) {
      looking = false;
      onReconnect();
    } else {
      again = setTimeout(() => void look(), LOOK_AGAIN_MS);
    }
  }

  function suspect(): void {
    if (closed || looking) return;
    looking = true;
    // Not at once: the question would go out on the connection that is just being closed.
    again = setTimeout(() => void look(), LOOK_AGAIN_MS);
  }

  for (const worker of workers) worker.on('error', suspect).on('ioredis:close', suspect);

  return {
    async isReady(): Promise<boolean> {
      return !closed && within(READY_TIMEOUT_MS, ask(), false);
    },
    close(): void {
      closed = true;
      clearTimeout(again);
    },
  };
}
