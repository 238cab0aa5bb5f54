/**
 * A value that is read when it is asked for and may not be had: then the one before counts. One read is under way at a
 * time, and whoever asks meanwhile waits for that one; nobody waits longer than `timeoutMs`. Never throws.
 */
export function lastKnown<Value>(
  read: () => Promise<Value>,
  { first, timeoutMs }: { readonly first: Value; readonly timeoutMs: number },
): () => Promise<Value> {
  let known = first;
  let underWay: Promise<void> | undefined;

  async function refresh(): Promise<void> {
    try {
      known = await read();
    } catch {
      // Whether the database is away is told elsewhere.
    } finally {
      underWay = undefined;
    }
  }

  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([(underWay ??= refresh()), late]);
    clearTimeout(timer);
    return known;
  };
}
