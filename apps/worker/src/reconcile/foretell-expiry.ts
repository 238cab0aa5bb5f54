import { readHeldParts, type Database, type DueHold, type HeldPart } from '@holdfast/db';
import type { Expired } from '../expire-holds.ts';

/**
 * Tells what the ledger would expire of due holds, chunk after chunk, and changes nothing. A hold whose level has less
 * reserved than the hold would give back stays as it is (somebody has changed the counter): the same rule as
 * `canBeGivenBack` of the domain. It keeps one number for each level of which a due hold has something.
 */
export function foretellExpiry({ prisma }: Database): (holds: readonly DueHold[]) => Promise<Expired> {
  const left = new Map<string, number>();
  const leftOf = (part: HeldPart): number => left.get(levelOf(part)) ?? part.reserved;

  return async (holds) => {
    const partsOf = new Map<string, HeldPart[]>(holds.map(({ id }) => [id, []]));
    for (const part of await readHeldParts(prisma, [...partsOf.keys()])) {
      partsOf.get(part.reservationId)?.push(part);
    }
    const ids: string[] = [];
    for (const [id, parts] of partsOf) {
      if (!parts.every((part) => leftOf(part) >= part.quantity)) continue;
      for (const part of parts) left.set(levelOf(part), leftOf(part) - part.quantity);
      ids.push(id);
    }
    return { ids, error: null };
  };
}

const levelOf = ({ sku, location }: HeldPart): string => JSON.stringify([sku, location]);
