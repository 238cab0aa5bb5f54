import { sql, type SqlRunner } from '@holdfast/db';
import type { Snapshot } from '@holdfast/domain';
import { contextOf, type Context } from './context.ts';
import { readAudits } from './audit.ts';
import type { Batch } from './entry.ts';
import type { Found } from './lock-order.ts';
import { resolveEvents, type KnownKey } from './outcome-row.ts';
import { confirmedBy, dataOfReservations, NO_DATA, type ReservationData } from './reservation-data.ts';
import { NO_LINE, readLine, skusToCount } from './waiting-line.ts';

/** All that a decision needs, read after the locks are held. */
export interface Reading
  extends Pick<Context, 'now' | 'transactionId'>, Pick<Found, 'sawAllDue' | 'watched' | 'hasLine'> {
  readonly knownKeys: readonly KnownKey[];
  readonly snapshot: Snapshot;
  /** Reservations whose refused payments were read: those that are to be confirmed. */
  readonly confirmed: readonly string[];
}

/** Reads what the statement that locks has not read. */
export async function readFor(tx: SqlRunner, batch: Batch, found: Found): Promise<Reading> {
  const { levels, orders, imports, sawAllDue, watched } = found;
  const audits = await readAudits(tx, batch.targets);
  const { context, data } = found.data
    ? { ...found, data: found.data }
    : await readDueHolds(tx, batch, found);
  const { now, transactionId, knownKeys: storedKeys, ...named } = context;
  const knownKeys = await resolveEvents(tx, storedKeys);
  const skus = skusToCount(batch.targets, data.reservations);
  const hasLine = skus.length > 0 || found.hasLine;
  const line = hasLine ? await readLine(tx, { levels, named: found.named, skus }, now) : NO_LINE;
  const snapshot = { ...named, ...data, levels, ...line, orders, imports, audits, customerUnits: [] };
  const confirmed = confirmedBy(batch.targets, found.named);
  return { snapshot, confirmed, now, transactionId, knownKeys, sawAllDue, watched, hasLine };
}

/** Creates name no reservation. If they have found due holds, these are read by a statement of their own. */
async function readDueHolds(
  tx: SqlRunner,
  batch: Batch,
  { context, reservationIds }: Found,
): Promise<{ readonly context: Context; readonly data: ReservationData }> {
  if (reservationIds.length === 0) return { context, data: NO_DATA };
  const ids = sql`${reservationIds}`;
  const [row] = await tx.$queryRaw<{ context: Context; data: ReservationData }[]>`
    SELECT
      ${contextOf(batch, ids)} AS context,
      ${dataOfReservations(batch.targets, { ids, named: [], parts: [] })} AS data`;
  if (!row) throw new Error('the read statement returned no row');
  return row;
}
