import { queryOptions } from '@tanstack/react-query';
import type { StockImport, StockImportWithErrors } from '@holdfast/client';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';

export type { StockImport, StockImportWithErrors };

const RUNNING_EVERY_MS = 1_000;
const LIST_EVERY_MS = 5_000;

export const isRunning = ({ state }: Pick<StockImport, 'state'>): boolean =>
  state === 'queued' || state === 'running';

export const importPages = () => ({
  ...pagesOf(['imports'], ({ cursor, signal }) =>
    holdfast().stockImports.list({ limit: 50, cursor }, { signal }),
  ),
  refetchInterval: LIST_EVERY_MS,
});

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: ({ signal }) => holdfast().stockImports.get(id, { signal }),
    refetchInterval: ({ state: { data } }) => (data && !isRunning(data) ? false : RUNNING_EVERY_MS),
  });
