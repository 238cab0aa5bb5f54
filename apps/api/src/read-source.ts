import { PINNED_PLANS, type Database, type DatabaseOptions } from '@holdfast/db';
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
  /**
   * The availability of these SKUs without a query: it may be half a second old. Null: it is not known of
   * each of them. Undefined: of none.
   */
  readonly knownAvailability?:
    ((skus: readonly string[]) => Promise<readonly Availability[] | null>) | undefined;
}

/** Connections for lists. The connections to the primary also write rows other than stock. */
export const READING_POOL_MAX = 4;

/**
 * Connections for the reads that clients do most, so that lists do not delay them. One executes while the
 * answer of the other is read.
 */
export const READS_CONNECTIONS_MAX = 2;

/** Opens a pool to one server. */
export type OpenPool = (options: DatabaseOptions) => Database;

export const openLists = (open: OpenPool, log: Logger): Database =>
  open({
    poolMax: READING_POOL_MAX,
    applicationName: 'holdfast api',
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });

export const openSingleReads = (open: OpenPool, log: Logger): Database =>
  open({
    poolMax: READS_CONNECTIONS_MAX,
    applicationName: 'holdfast api reads',
    settings: PINNED_PLANS,
    onConnectionError: (error) => log.warn('database.connection_broke', { error }),
  });

/** The pools of one server as a source of reads. */
export const readSource = (lists: Database, singleReads: Database): ReadSource => ({
  prisma: lists.prisma,
  reservation: new CombinedReads((ids) => readReservations(singleReads.prisma, ids)),
  availability: new CombinedReads(async (skus) => {
    const found = await readAvailabilityOf(singleReads.prisma, skus);
    return new Map(found.map((each) => [each.sku, each]));
  }),
});
