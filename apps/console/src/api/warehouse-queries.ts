import type { WarehouseSyncList } from '@holdfast/client';
import { holdfast } from './client.ts';
import { pagesOf } from './pages.ts';

export type ListedSync = WarehouseSyncList['data'][number];
export type SyncState = ListedSync['state'];

const EVERY_MS = 5_000;

/** What has waited longest comes first where something waits; of what has ended, the newest. */
export const syncPages = (state: SyncState) => ({
  ...pagesOf(['syncs', state], ({ cursor, signal }) =>
    holdfast().warehouseSyncs.list(
      {
        state,
        sort: state === 'succeeded' || state === 'superseded' ? 'newest' : 'oldest',
        limit: 50,
        cursor,
      },
      { signal },
    ),
  ),
  refetchInterval: EVERY_MS,
});
