import { queryOptions } from '@tanstack/react-query';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';
import type { StockMovement } from './types.ts';

const LIVE_EVERY_MS = 3_000;

export const skuChangePages = (sku: string) =>
  pagesOf(['sku', sku, 'changes'], ({ cursor, signal }) =>
    holdfast().skus.changes(sku, { limit: 50, cursor }, { signal }),
  );

export const skuQuery = (sku: string) =>
  queryOptions({
    queryKey: ['sku', sku],
    queryFn: ({ signal }) => holdfast().skus.get(sku, { signal }),
  });

export const availabilityQuery = (sku: string) =>
  queryOptions({
    queryKey: ['availability', sku],
    queryFn: ({ signal }) => holdfast().availability.get(sku, undefined, { signal }),
    refetchInterval: LIVE_EVERY_MS,
  });

export const availabilityPages = (location: string | undefined) =>
  pagesOf(['availability-list', location], ({ cursor, signal }) =>
    holdfast().availability.list({ location, limit: 100, cursor }, { signal }),
  );

export const lowStockPages = () =>
  pagesOf(['low-stock'], ({ cursor, signal }) => holdfast().stock.low({ limit: 100, cursor }, { signal }));

export const promisePages = (sku: string, location: string) =>
  pagesOf(['promises', sku, location], ({ cursor, signal }) =>
    holdfast().stockLevels.promises(sku, location, { limit: 100, cursor }, { signal }),
  );

export interface MovementFilter {
  readonly sku?: string;
  readonly location?: string;
  readonly reservation_id?: string;
  readonly after?: string;
  readonly before?: string;
  readonly kind?: StockMovement['kind'];
}

export const movementPages = (filter: MovementFilter, limit = 50) =>
  pagesOf(['movements', filter, limit], ({ cursor, signal }) =>
    holdfast().stock.movements({ ...filter, limit, cursor }, { signal }),
  );

export const demandQuery = (sku: string, from: string, to: string, bucket: 'second' | 'minute' | 'hour') =>
  queryOptions({
    queryKey: ['demand', sku, from, to, bucket],
    queryFn: ({ signal }) => holdfast().skus.demand(sku, { from, to, bucket }, { signal }),
  });

/** Dozens, and at most a few hundred. */
const LOCATIONS_MAX = 200;

export const locationsQuery = () =>
  queryOptions({
    queryKey: ['locations'],
    queryFn: async ({ signal }) =>
      (await holdfast().locations.list({ limit: LOCATIONS_MAX }, { signal })).data,
    staleTime: 60_000,
  });

export const consistencyQuery = () =>
  queryOptions({
    queryKey: ['consistency'],
    queryFn: ({ signal }) => holdfast().stock.consistency(undefined, { signal }),
    staleTime: 10_000,
  });
