import { queryOptions } from '@tanstack/react-query';
import { holdfast } from '../../api/client.ts';
import { serverNow } from '../../parts/clock.ts';

const EVERY_MS = 1_000;
const SLOWLY_MS = 2_000;
const WINDOW_SECONDS = 10;
const EXPIRIES_SHOWN = 8;
const SOON_MS = 120_000;

/** What is left of some SKUs. */
export const leftQuery = (skus: readonly string[]) =>
  queryOptions({
    queryKey: ['live', 'left', skus],
    queryFn: async ({ signal }) => {
      const { data } = await holdfast().availability.list({ sku: [...skus], unknown: 'skip' }, { signal });
      return new Map(data.map((each) => [each.sku, each]));
    },
    enabled: skus.length > 0,
    refetchInterval: EVERY_MS,
    placeholderData: (before) => before,
  });

export interface Pressure {
  readonly refused: number;
  readonly waiting: number;
}

/** Calls a second that are refused or join the line: these publish no event of their own. */
export const pressureQuery = (sku: string) =>
  queryOptions({
    queryKey: ['live', 'pressure', sku],
    queryFn: async ({ signal }): Promise<Pressure> => {
      const to = Math.floor(serverNow() / 1_000) * 1_000;
      const query = {
        from: new Date(to - WINDOW_SECONDS * 1_000).toISOString(),
        to: new Date(to).toISOString(),
        bucket: 'second' as const,
      };
      const { refused, waiting } = await holdfast().skus.demand(sku, query, { signal });
      return { refused: refused.calls / WINDOW_SECONDS, waiting: waiting.calls / WINDOW_SECONDS };
    },
    refetchInterval: SLOWLY_MS,
  });

export const nextExpiriesQuery = () =>
  queryOptions({
    queryKey: ['live', 'expiries'],
    queryFn: async ({ signal }) => {
      const expires_before = new Date(serverNow() + SOON_MS).toISOString();
      const query = { status: ['held' as const], expires_before, limit: EXPIRIES_SHOWN };
      return (await holdfast().reservations.list(query, { signal })).data;
    },
    refetchInterval: SLOWLY_MS,
  });
