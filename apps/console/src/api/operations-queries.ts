import { queryOptions } from '@tanstack/react-query';
import { holdfast } from './client.ts';

/** @param key the tab's key: with another one, another caller is asked for */
export const callerQuery = (key: string | null) =>
  queryOptions({
    queryKey: ['caller', key],
    queryFn: ({ signal }) => holdfast().operations.caller({ signal }),
    staleTime: Infinity,
  });

const OVERVIEW_EVERY_MS = 5_000;

export const overviewQuery = () =>
  queryOptions({
    queryKey: ['overview'],
    queryFn: ({ signal }) => holdfast().operations.overview({ signal }),
    refetchInterval: OVERVIEW_EVERY_MS,
  });

export const searchQuery = (text: string) =>
  queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => holdfast().operations.search({ q: text }, { signal }),
    enabled: text !== '',
  });

export const syncQuery = (id: string) =>
  queryOptions({
    queryKey: ['sync', id],
    queryFn: ({ signal }) => holdfast().warehouseSyncs.get(id, { signal }),
  });
