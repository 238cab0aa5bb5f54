/** How long to wait before the next attempt. */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Doubles with each attempt, up to a limit; a random half, so that clients do not all come at once. */
export function backoffMs({ firstMs, maxMs }: Backoff, attempt: number): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 30));
  return full / 2 + Math.random() * (full / 2);
}

/** @throws the reason of the signal, when it is aborted first */
export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
