import { infiniteQueryOptions, type InfiniteData, type QueryKey } from '@tanstack/react-query';

interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

export interface PageCall {
  /** Undefined: the first page. */
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

/** More rows than this are no list to look through: the filters are for that. */
const PAGES_MAX = 40;

/** A list of the API, page by page. */
export function pagesOf<Row>(queryKey: QueryKey, read: (call: PageCall) => PromiseLike<Page<Row>>) {
  return infiniteQueryOptions<Page<Row>, Error, InfiniteData<Page<Row>>, QueryKey, string | null>({
    queryKey,
    initialPageParam: null,
    queryFn: async ({ pageParam, signal }) => read({ cursor: pageParam ?? undefined, signal }),
    getNextPageParam: (last, pages) => (pages.length < PAGES_MAX ? last.next_cursor : null),
  });
}
