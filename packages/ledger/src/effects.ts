import type { SyncAction } from '@holdfast/domain';
import type { Written } from './batch/commit-batch.ts';

/** Work outside the database that has to wait for the commit. */
export interface Effects {
  /** Milliseconds since the epoch, by the database's clock, when the batch was decided. */
  readonly now: number;
  /** When the holds that are new or have changed fall due. */
  readonly dueAt: readonly number[];
  readonly syncs: readonly { readonly id: string; readonly action: SyncAction }[];
  /** How many events wait to be published, at most: a refusal may have been published before. */
  readonly events: number;
}

export function effectsOf({ changes, events, reading: { now } }: Written): Effects {
  const dueAt = [...changes.created, ...changes.updated]
    .filter(({ status }) => status === 'held')
    .map(({ expiresAt }) => expiresAt)
    .filter((time) => time !== null);
  return { now, dueAt, syncs: changes.syncs.map(({ id, action }) => ({ id, action })), events };
}
