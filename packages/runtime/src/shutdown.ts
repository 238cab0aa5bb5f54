import type { Logger } from './logger.ts';

/** What a running process must give back when it stops. */
export interface Closable {
  readonly name: string;
  close(): Promise<void>;
}

/**
 * Closes in reverse order of opening, each with a deadline, so that one that hangs does not keep the others open.
 * Failures are logged, never thrown: there is nobody left to catch them.
 */
export async function closeAll(
  opened: readonly Closable[],
  log: Logger,
  eachTimeoutMs = 5_000,
): Promise<void> {
  for (const part of opened.toReversed()) {
    const started = performance.now();
    try {
      await withDeadline(part.close(), eachTimeoutMs);
      log.debug('process.closed', { part: part.name, ms: Math.round(performance.now() - started) });
    } catch (error) {
      log.error('process.close_failed', { part: part.name, error });
    }
  }
}

/** @throws {Error} when `work` has not settled after `timeoutMs` */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
