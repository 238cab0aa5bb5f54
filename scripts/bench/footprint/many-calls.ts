/** As the throughput bench has it: batches fill up. */
const AT_ONCE = 128;

/** Does it for each, 128 at once, and answers in their order. */
export async function forMany<Item, Result>(
  items: readonly Item[],
  does: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await does(items[index] as Item);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

/** @throws {Error} with the answer when it is not a good one */
export async function call(
  url: URL,
  { method, body, key }: { readonly method: 'GET' | 'POST'; readonly body?: object; readonly key?: string },
): Promise<string> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${method} ${url.pathname}: ${response.status} ${text.slice(0, 1_000)}`);
}
