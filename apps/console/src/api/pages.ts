import { infiniteQueryOptions, type InfiniteData, type QueryKey } from '@tanstack/react-query';

interface AnyPage {
  readonly data: readonly unknown[];
  readonly next_cursor: string | null;
}

export interface Page<Row> {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

type RowOf<Answer extends AnyPage> = Answer['data'][number];

interface PageCall {
  /** Undefined: the first page. */
  readonly cursor: string | undefined;
  readonly signal: AbortSignal;
}

/** More rows than this are no list to look through: the filters are for that. */
const PAGES_MAX = 40;

/** A list of the API, page by page. */
export function pagesOf<Answer extends AnyPage>(
  queryKey: QueryKey,
  read: (call: PageCall) => PromiseLike<Answer>,
) {
  type Shown = Page<RowOf<Answer>>;
  return infiniteQueryOptions<Shown, Error, InfiniteData<Shown>, QueryKey, string | null>({
    queryKey,
    initialPageParam: null,
    queryFn: async ({ pageParam, signal }) => {
      const { data, next_cursor } = await read({ cursor: pageParam ?? undefined, signal });
      return { data, next_cursor };
    },
    getNextPageParam: (last, pages) => (pages.length < PAGES_MAX ? last.next_cursor : null),
  });
}
