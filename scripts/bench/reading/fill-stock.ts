import { Client } from 'pg';
import { runStatements } from '../statement.ts';
import { imagineStock } from './imagine-stock.ts';
import { writeHolds, writeLevels, writeRound } from './write-stock.ts';

export const LEVELS_PER_SKU = 2;
/** The oldest movement is this old. */
const DAYS = 180;

export interface StockToFill {
  readonly skus: number;
  readonly movementsPerLevel: number;
}

/** The SKUs that `fillStock` makes, in mixed order. */
export function skusInMixedOrder(count: number): readonly string[] {
  const step = 7_919; // a prime, so that every SKU has its turn unless the count is a multiple of it
  return Array.from({ length: count }, (_, n) => `SKU-${String(((n * step) % count) + 1).padStart(6, '0')}`);
}

/**
 * Fills an empty database with stock at two locations and its whole past; the books are right.
 *
 * @param onProgress told after each round how many movements are done
 */
export async function fillStock(
  databaseUrl: string,
  { skus, movementsPerLevel }: StockToFill,
  onProgress: (done: number) => void = () => undefined,
): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SET synchronous_commit = off');
    const given = { skus, movements: movementsPerLevel, days: DAYS, levelSeq: 0 };
    await runStatements(client, [...imagineStock, ...writeLevels], given);
    for (let levelSeq = 1; levelSeq <= movementsPerLevel; levelSeq += 1) {
      await runStatements(client, writeRound, { ...given, levelSeq });
      onProgress(levelSeq * skus * LEVELS_PER_SKU);
    }
    await runStatements(client, writeHolds, given);
  } finally {
    await client.end();
  }
}
