import { queryOptions } from '@tanstack/react-query';
import type { Consistency, ReconciliationRun, System } from '@holdfast/client';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';

export type { Consistency, ReconciliationRun, System };

const EVERY_MS = 5_000;
const SYSTEM_EVERY_MS = 10_000;

export const runPages = () => ({
  ...pagesOf(['runs'], ({ cursor, signal }) =>
    holdfast().reconciliationRuns.list({ limit: 20, cursor }, { signal }),
  ),
  refetchInterval: EVERY_MS,
});

export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ['run', id],
    queryFn: ({ signal }) => holdfast().reconciliationRuns.get(id, { signal }),
    refetchInterval: ({ state: { data } }) => (data && data.finished_at !== null ? false : 1_000),
  });

export const consistencyQuery = () =>
  queryOptions({
    queryKey: ['consistency'],
    queryFn: ({ signal }) => holdfast().stock.consistency({}, { signal }),
  });

/** What a repair would do. */
export const repairQuery = (isAsked: boolean) =>
  queryOptions({
    queryKey: ['repair'],
    queryFn: ({ signal }) => holdfast().stock.repair({ dry_run: true }, { signal }),
    enabled: isAsked,
  });

export const systemQuery = () =>
  queryOptions({
    queryKey: ['system'],
    queryFn: ({ signal }) => holdfast().operations.system({ signal }),
    refetchInterval: SYSTEM_EVERY_MS,
  });

export const readinessQuery = () =>
  queryOptions({
    queryKey: ['readiness'],
    queryFn: ({ signal }) => holdfast().operations.readiness({ signal }),
    refetchInterval: EVERY_MS,
  });
