import { openDatabase, PINNED_PLANS, type Database, type DatabaseOptions } from '@holdfast/db';
import { readReservations, type FoundReservation } from '@holdfast/reservations';
import type { Logger } from '@holdfast/runtime';
import { readAvailabilityOf, type Availability } from '@holdfast/stock';
import { CombinedReads } from './combined-reads.ts';

/** Where a call reads: on connections to the primary, or to a replica. */
export interface ReadSource {
  /** For lists, and for all that is not read by one of those below. */
  readonly prisma: Database['prisma'];
  /** By id. */
  readonly reservation: CombinedReads<FoundReservation>;
  /** By SKU. */
  readonly availability: CombinedReads<Availability>;
}

/** Connections for lists. Those of the primary are also for what is written and is not stock. */
export const READING_POOL_MAX = 4;

/** For reads that clients do most, so that lists do not delay them. One executes while the other is read. */
export const READS_CONNECTIONS_MAX = 2;

type Open = (options: DatabaseOptions) => Database;

const onConnectionError = (log: Logger) => (error: Error) => log.warn('database.connection_broke', { error });

export const openLists = (open: Open, log: Logger): Database =>
  open({
    poolMax: READING_POOL_MAX,
    applicationName: 'holdfast api',
    onConnectionError: onConnectionError(log),
  });

export const openSingleReads = (open: Open, log: Logger): Database =>
  open({
    poolMax: READS_CONNECTIONS_MAX,
    applicationName: 'holdfast api reads',
    settings: PINNED_PLANS,
    onConnectionError: onConnectionError(log),
  });

/** The connections to one server as a source of reads. */
export function readSource(lists: Database, singleReads: Database): ReadSource {
  return {
    prisma: lists.prisma,
    reservation: new CombinedReads((ids) => readReservations(singleReads.prisma, ids)),
    availability: new CombinedReads(async (skus) => {
      const found = await readAvailabilityOf(singleReads.prisma, skus);
      return new Map(found.map((each) => [each.sku, each]));
    }),
  };
}

export const atUrl =
  (databaseUrl: string): Open =>
  (options) =>
    openDatabase(databaseUrl, options);
