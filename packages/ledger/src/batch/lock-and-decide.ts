import { type SqlRunner } from '@holdfast/db';
import { nameOfLevel, type Snapshot, type Targets } from '@holdfast/domain';
import { lockCustomerUnits } from './customer-counters.ts';
import { decideBatch, type Decided } from './decide-batch.ts';
import type { Batch } from './entry.ts';
import { lockAndFind, type HowToFind } from './lock-order.ts';
import { readFor } from './read.ts';

/**
 * Locks, reads, decides: nothing can overtake the decision before the transaction ends (docs/decisions/0008).
 *
 * @returns `overtaken`: what was read has changed while a lock was waited for. Roll back, try again
 */
export async function lockAndDecide(
  tx: SqlRunner,
  batch: Batch,
  how: HowToFind,
): Promise<Decided | 'overtaken'> {
  const found = await lockAndFind(tx, batch, how);
  if (found.wasOvertaken) return 'overtaken';
  const { snapshot, ...reading } = await readFor(tx, batch, found);
  if (lacksNewLevel(batch.targets, snapshot)) return 'overtaken';
  const customerUnits = await lockCustomerUnits(tx, batch, snapshot);
  return decideBatch(batch.entries, { ...reading, snapshot: { ...snapshot, customerUnits } });
}

/**
 * Whether a level that was there to be locked has gone with its SKU or location, or these have come into
 * being since: the next try finds either all of them or none.
 */
function lacksNewLevel(
  { newLevels, catalogue }: Targets,
  { skus, locations, levels }: Pick<Snapshot, 'skus' | 'locations' | 'levels'>,
): boolean {
  if (newLevels.length === 0 || catalogue.length === 0) return false;
  const knownSkus = new Set(skus.map(({ sku }) => sku));
  const knownLocations = new Set(locations);
  const found = new Set(levels.map(nameOfLevel));
  return newLevels.some(
    (level) =>
      knownSkus.has(level.sku) && knownLocations.has(level.location) && !found.has(nameOfLevel(level)),
  );
}
