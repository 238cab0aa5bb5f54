import type { List } from './calls.ts';

interface Page {
  readonly data: unknown[];
  readonly next_cursor: string | null;
}

/** @param read the page behind a cursor; undefined: the first */
export function listOf(read: (cursor: string | undefined) => Promise<Page>): List<{ data: unknown[] }> {
  let first: Promise<Page> | undefined;
  const readFirst = () => (first ??= read(undefined));
  async function* pages() {
    for (let page = await readFirst(); ;) {
      yield page;
      const { next_cursor: cursor } = page;
      if (cursor === null) return;
      page = await read(cursor);
      if (page.next_cursor === cursor) throw new Error('The list does not advance');
    }
  }
  async function* items() {
    for await (const { data } of pages()) yield* data;
  }
  const list = { pages, [Symbol.asyncIterator]: items };
  // oxlint-disable-next-line unicorn/no-thenable -- a list is awaited for its first page
  return Object.assign(list, { then: chainTo(readFirst) });
}

const chainTo =
  (read: () => Promise<Page>): PromiseLike<Page>['then'] =>
  (...handlers) =>
    read().then(...handlers);
