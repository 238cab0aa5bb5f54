import { openDatabase, PINNED_PLANS, type ConnectionPool } from '@holdfast/db';
import { readReservations, type FoundReservation } from '@holdfast/reservations';
import { readAvailabilityOf, type Availability } from '@holdfast/stock';
import { CombinedReads } from './combined-reads.ts';

/** Reads that clients do most, on connections of their own, so that lists do not delay them. */
export interface Reads {
  /** By id. */
  readonly reservation: CombinedReads<FoundReservation>;
  /** By SKU. */
  readonly availability: CombinedReads<Availability>;
  readonly pool: ConnectionPool;
  close(): Promise<void>;
}

/** Two statements at once of each of the two. */
const CONNECTIONS_MAX = 4;

export function openReads(databaseUrl: string, onConnectionError: (error: Error) => void): Reads {
  const { prisma, pool, close } = openDatabase(databaseUrl, {
    poolMax: CONNECTIONS_MAX,
    applicationName: 'holdfast api reads',
    settings: PINNED_PLANS,
    onConnectionError,
  });
  return {
    reservation: new CombinedReads((ids) => readReservations(prisma, ids)),
    availability: new CombinedReads(async (skus) => {
      const found = await readAvailabilityOf(prisma, skus);
      return new Map(found.map((each) => [each.sku, each]));
    }),
    pool,
    close,
  };
}
