/**
 * A value that is read when it is asked for and may not be had: then the one before counts. One read is under way at a
 * time, and whoever asks meanwhile waits for that one; nobody waits longer than `timeoutMs`. What was read is good enough
 * for `keepMs` (0 unless told): for reads that cost something. Never throws.
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
      // Whether the database is away is told elsewhere.
    } finally {
      underWay = undefined;
    }
  }

  return async () => {
    if (performance.now() - readAt < keepMs) return known;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([(underWay ??= refresh()), late]);
    clearTimeout(timer);
    return known;
  };
}
