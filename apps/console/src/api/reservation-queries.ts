import { queryOptions } from '@tanstack/react-query';
import type { ListReservationsFilter } from './filters.ts';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';

const LIVE_EVERY_MS = 3_000;

export const reservationQuery = (id: string) =>
  queryOptions({
    queryKey: ['reservation', id],
    queryFn: ({ signal }) => holdfast().reservations.get(id, { signal }),
    refetchInterval: LIVE_EVERY_MS,
  });

const HISTORY_ENTRIES = 200;

export const historyPages = (id: string) =>
  pagesOf(['reservation', id, 'history'], ({ cursor, signal }) =>
    holdfast().reservations.history(id, { limit: HISTORY_ENTRIES, cursor }, { signal }),
  );

export const reservationPages = (filter: ListReservationsFilter, limit = 50) =>
  pagesOf(['reservations', filter, limit], ({ cursor, signal }) =>
    holdfast().reservations.list({ ...filter, limit, cursor }, { signal }),
  );

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ['order', id],
    queryFn: ({ signal }) => holdfast().orders.get(id, { signal }),
    refetchInterval: LIVE_EVERY_MS,
  });
