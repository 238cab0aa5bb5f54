import { sql, type SqlRunner } from '@holdfast/db';
import { keeping } from '@holdfast/idempotency';
import type { Changes, Reservation } from '@holdfast/domain';
import type { Decided } from './decide-batch.ts';
import { noteLowStock } from './low-stock.ts';
import { writeOrders } from './orders.ts';
import { referToEvents } from './outcome-row.ts';
import { isOvertaken } from './overtaken.ts';
import { skusFreedBy } from './waiting-line.ts';
import { eventRow } from './rows.ts';
import {
  recordParts,
  replaceAllocations,
  replaceLines,
  updateReservations,
  writeExpiryNotices,
} from './write-reservations.ts';
import { refusing, writeRows, type RowsWritten, type ToWrite } from './write-rows.ts';
import { allowRepair, writeImportedChunk } from './write-stock.ts';
import { writeWaits } from './write-waits.ts';

/** What there is to do after the commit. */
export interface WrittenChanges {
  /** How many events there are to publish, those of stock that became low included. */
  readonly events: number;
  /** SKUs that came free and that reservations wait for. */
  readonly toGrant: readonly string[];
}

/**
 * Writes a decision: one statement for what most decisions write, one for each kind of rarer change. Rows
 * travel as JSON, one parameter for each table (docs/decisions/0002 has the numbers).
 *
 * @param commitWithNext called before the last statement, where it is known to be the last
 * @throws `whyNotWritten` says whether a decision was overtaken
 */
export async function writeChanges(
  tx: SqlRunner,
  decided: Pick<Decided, 'changes' | 'kept' | 'isShort' | 'reading'>,
  commitWithNext?: () => void,
): Promise<WrittenChanges> {
  const { changes, kept, isShort, reading } = decided;
  const at = new Date(reading.now).toISOString();
  if (changes.linesReplaced.length > 0) await replaceLines(tx, changes.linesReplaced);
  if (changes.reallocated.length > 0) await replaceAllocations(tx, changes.reallocated);
  if (changes.recordedParts.length > 0) await recordParts(tx, changes.recordedParts, at);
  if (changes.expiryNotices.length > 0) await writeExpiryNotices(tx, changes.expiryNotices);
  for (const chunk of changes.importedChunks) await writeImportedChunk(tx, chunk, at);
  await allowRepair(tx, changes);
  if (changes.orders.length > 0) await writeOrders(tx, changes.orders, at);
  const toWrite = {
    at,
    kept: referToEvents(kept, changes.events),
    overtaken: isOvertaken(decided, at),
    isLast: commitWithNext !== undefined && !hasMore(changes, reading.watched),
  };
  if (toWrite.isLast) commitWithNext?.();
  const written = hasRows(changes)
    ? await writeRows(tx, changes, toWrite)
    : await keepOnly(tx, changes.refusals.length > 0 || isShort, toWrite);
  const further = furtherChangesOf(changes);
  if (further.length > 0) await writeFurtherChanges(tx, further, at);
  if (changes.waits.length > 0) await writeWaits(tx, changes.waits);
  // Events are published in the order of writing: a late payment comes after the end of its hold.
  if (changes.refusals.length > 0) await writeRefusals(tx, changes, at);
  // A new level may be of a SKU that is being put under watch at the same time: neither would see the other.
  const toJudge = new Set([...written.watched, ...newlyStocked(changes), ...changes.toReview]);
  const aboutLowStock = toJudge.size > 0 ? await noteLowStock(tx, [...toJudge], at) : 0;
  return {
    events: changes.events.length + changes.refusals.length + aboutLowStock,
    toGrant: [...new Set([...changes.toGrant, ...written.waitedFor])],
  };
}

/** What a decision has to do at most after its commit, where the answer to its COMMIT was lost. */
export function assumedWritten({ changes }: Pick<Decided, 'changes'>): WrittenChanges {
  return {
    events: changes.events.length + changes.refusals.length,
    toGrant: [...new Set([...changes.toGrant, ...skusFreedBy(changes)])],
  };
}

/** Whether statements follow the one that writes the rows. */
function hasMore(changes: Changes, watched: readonly string[]): boolean {
  const { waits, refusals, toReview, levels } = changes;
  return (
    waits.length + refusals.length + toReview.length > 0 ||
    furtherChangesOf(changes).length + newlyStocked(changes).length > 0 ||
    levels.some(({ sku }) => watched.includes(sku))
  );
}

/** New reservations that have changed since their create. */
const furtherChangesOf = ({ created }: Changes): readonly Reservation[] =>
  created.filter(({ version }) => version > 1);

const newlyStocked = ({ movements }: Changes): readonly string[] =>
  movements.filter(({ levelSeq }) => levelSeq === 1).map(({ sku }) => sku);

const hasRows = (changes: Changes): boolean =>
  [
    changes.movements,
    changes.created,
    changes.updated,
    changes.linesChanged,
    changes.events,
    changes.syncs,
    changes.customerUnits,
  ].some(({ length }) => length > 0);

/** For a decision that refuses or repeats. What it says of payments, or of stock, may have been overtaken. */
async function keepOnly(
  tx: SqlRunner,
  mayBeOvertaken: boolean,
  { at, kept, overtaken }: ToWrite,
): Promise<RowsWritten> {
  if (mayBeOvertaken || kept.length > 0) {
    await tx.$executeRaw`
      ${kept.length > 0 ? sql`WITH kept AS (${keeping(kept, at)} RETURNING 1)` : sql``}
      SELECT ${refusing({ kept, overtaken })} AS refused`;
  }
  return { watched: [], waitedFor: [] };
}

/** Events may change a reservation that is new: its row says only what a create can ask for. */
async function writeFurtherChanges(
  tx: SqlRunner,
  reservations: readonly Reservation[],
  at: string,
): Promise<void> {
  await tx.$executeRaw`${updateReservations(reservations, at)}`;
  await replaceLines(tx, reservations);
}

/** Writes events that have the same id each time, unless they are stored already. */
async function writeRefusals(
  tx: SqlRunner,
  { refusals, refusedPayments }: Changes,
  at: string,
): Promise<void> {
  // A call that named no payment is stored with an empty reference, which no payment has.
  const refused = refusedPayments.map((each) => ({ ...each, paymentReference: each.paymentReference ?? '' }));
  await tx.$executeRaw`
    WITH remembered AS (
      INSERT INTO refused_payments AS known (reservation_id, payment_reference, final, refused_at)
      SELECT "reservationId", "paymentReference", final, ${at}::timestamptz
      FROM json_to_recordset(${JSON.stringify(refused)}::json) AS p (
        "reservationId" uuid, "paymentReference" text, final boolean
      )
      ON CONFLICT (reservation_id, payment_reference) DO UPDATE
      SET final = true, refused_at = EXCLUDED.refused_at
      WHERE EXCLUDED.final AND NOT known.final
    )
    INSERT INTO events (
      id, type, subject, time, reservation_id, reservation_version, data, changed, request_id, traceparent
    )
    SELECT
      id, type, coalesce(subject, reservation_id::text), ${at}::timestamptz, reservation_id, reservation_version,
      data, changed, request_id, traceparent
    FROM json_to_recordset(${JSON.stringify(refusals.map(eventRow))}::json) AS e (
      id uuid, type text, subject text, reservation_id uuid, reservation_version integer, data json, changed json,
      request_id text, traceparent text
    )
    ON CONFLICT (id) DO NOTHING`;
}
