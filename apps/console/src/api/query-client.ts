import { QueryClient } from '@tanstack/react-query';

/**
 * The client of the API repeats calls by itself. What was read a moment ago is shown while it is read anew.
 */
export const createQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 2_000, gcTime: 60_000, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
