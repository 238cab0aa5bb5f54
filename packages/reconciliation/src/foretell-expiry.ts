import { randomUUID } from 'node:crypto';
import type { Queryable } from '@holdfast/db';
import { decide, type Command, type StockLevel } from '@holdfast/domain';
import { readHoldsSnapshot } from './holds-snapshot-store.ts';

/**
 * Finds which of these holds the ledger would expire, chunk after chunk, and changes nothing: it has the
 * domain decide the same commands, and does not write what comes of them. A chunk is decided on what those
 * before it would have left of their levels, which are kept for that.
 */
export function foretellExpiry(db: Queryable): (ids: readonly string[]) => Promise<readonly string[]> {
  const changed = new Map<string, StockLevel>();

  return async (ids) => {
    const { now, snapshot } = await readHoldsSnapshot(db, ids);
    const levels = snapshot.levels.map((level) => changed.get(nameOf(level)) ?? level);
    const commands = ids.map((id): Command => ({ kind: 'expire', reservationId: id }));
    const clock = { now, newId: randomUUID, idOf: () => randomUUID() };
    const { outcomes, changes } = decide({ ...snapshot, levels }, commands, clock);
    for (const level of changes.levels) changed.set(nameOf(level), level);
    return ids.filter((_id, index) => {
      const outcome = outcomes[index];
      return outcome?.ok === true && 'changed' in outcome && outcome.changed;
    });
  };
}

const nameOf = ({ sku, location }: StockLevel): string => JSON.stringify([sku, location]);
