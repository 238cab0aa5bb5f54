import { openDatabase, PINNED_PLANS, type ConnectionPool } from '@holdfast/db';
import { readReservations, type FoundReservation } from '@holdfast/reservations';
import type { Logger } from '@holdfast/runtime';
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

/** One executes while the answer of the other is read. */
export const READS_CONNECTIONS_MAX = 2;

export function openReads(databaseUrl: string, log: Logger): Reads {
  const database = openDatabase(databaseUrl, {
    poolMax: READS_CONNECTIONS_MAX,
    applicationName: 'holdfast api reads',
    settings: PINNED_PLANS,
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });
  return {
    reservation: new CombinedReads((ids) => readReservations(database.prisma, ids)),
    availability: new CombinedReads(async (skus) => {
      const found = await readAvailabilityOf(database.prisma, skus);
      return new Map(found.map((each) => [each.sku, each]));
    }),
    pool: database.pool,
    close: () => database.close(),
  };
}
