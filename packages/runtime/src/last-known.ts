import { within } from './bounded-waits.ts';

/**
 * A value that is read when it is needed; if the read fails or is late, the value before it is used. One read
 * is under way at a time, and other callers wait for that one, `timeoutMs` at most. A value is used for
 * `keepMs` (default 0), for reads that cost something. Never throws.
 */
export function lastKnown<Value>(
  read: () => Promise<Value>,
  {
    first,
    timeoutMs,
    keepMs = 0,
  }: { readonly first: Value; readonly timeoutMs: number; readonly keepMs?: number },
): () => Promise<Value> {
  let known = first;
  let readAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    try {
      known = await read();
      readAt = performance.now();
    } catch {
      // Another gauge shows that the database is unavailable.
    } finally {
      underWay = undefined;
    }
  }

  return async () => {
    if (performance.now() - readAt < keepMs) return known;
    await within(timeoutMs, (underWay ??= refresh()), undefined);
    return known;
  };
}
