/** Rows deleted by one transaction: a few tens of milliseconds, so that nobody who meets its locks waits long. */
export const CHUNK = 2_000;

/** Deletes chunk by chunk, each its own transaction, and tells how many rows each took. Whoever stops early, stops it. */
export type Forgetting = AsyncGenerator<number, void, undefined>;

/** What one transaction deleted, and where the next one reads on. */
export interface Chunk {
  readonly count: number;
  readonly last: string | null;
}

// Rows are chosen with FOR UPDATE SKIP LOCKED, so that two workers take different ones and neither waits; and deleted by
// where they lie. Keys and events are found by index, and each chunk reads on behind the one before: from the beginning it
// would read over all that was just deleted, again and again. Staged chunks are few, and are looked through.

/** @param first where the first chunk begins to read, in the words of its own order */
export async function* inChunks(
  size: number,
  first: string,
  forget: (after: string) => Promise<Chunk>,
): Forgetting {
  let after = first;
  for (;;) {
    const { count, last } = await forget(after);
    if (count > 0) yield count;
    if (count < size) return;
    after = last ?? after;
  }
}

export function only(rows: readonly Chunk[]): Chunk {
  const [chunk] = rows;
  if (!chunk) throw new Error('a count of deleted rows answered nothing');
  return chunk;
}
