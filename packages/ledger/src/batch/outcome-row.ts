import { type SqlRunner } from '@holdfast/db';
import {
  keepReservation,
  showKept,
  type KeptReservation,
  type NewEvent,
  type Outcome,
  type ReservationView,
} from '@holdfast/domain';
import type { KeptOutcome } from '@holdfast/idempotency';

/** An outcome as its key keeps it: what is usual of a reservation is left out, as of its events. */
export type OutcomeRow = AsKept<Outcome>;

type AsKept<Some> = Some extends { readonly reservation: ReservationView }
  ? Omit<Some, 'reservation'> & { readonly reservation: KeptReservation }
  : Some;

export function outcomeRow(outcome: Outcome): OutcomeRow {
  if (!outcome.ok || !('reservation' in outcome)) return outcome;
  return { ...outcome, reservation: keepReservation(outcome.reservation) };
}

export function outcomeOf(row: OutcomeRow): Outcome {
  return row.ok && 'reservation' in row ? { ...row, reservation: showKept(row.reservation) } : row;
}

/** A key that an earlier call has used, with what that call was answered. */
export type KnownKey = KeptOutcome<OutcomeRow>;

/** What is stored of an outcome whose reservation is as an event of the same transaction has it: its id. */
interface EventReference {
  readonly ok: true;
  readonly event: string;
}

export type StoredKey = KeptOutcome<OutcomeRow | EventReference>;

const isReference = (outcome: OutcomeRow | EventReference): outcome is EventReference =>
  outcome.ok && 'event' in outcome;

/** The reservation is stored once: by its event, which outlives the key. */
export function referToEvents(kept: readonly KnownKey[], events: readonly NewEvent[]): readonly StoredKey[] {
  if (kept.length === 0) return kept;
  const newest = new Map(events.map((event) => [event.reservationId, event]));
  return kept.map((each) => {
    const { outcome } = each;
    if (!outcome.ok || !('reservation' in outcome)) return each;
    const { reservation } = outcome;
    const event = newest.get(reservation.id);
    const isSame = event !== undefined && JSON.stringify(event.data) === JSON.stringify(reservation);
    const reference = isSame && (replaceField(outcome, 'reservation', 'event', event.id) as EventReference);
    return reference ? { ...each, outcome: reference } : each;
  });
}

/** In the same place: a replayed outcome has the same bytes. */
function replaceField(outcome: object, field: string, by: string, value: unknown): object {
  return Object.fromEntries(
    Object.entries(outcome).map((entry) => (entry[0] === field ? [by, value] : entry)),
  );
}

/**
 * Reads the events that stored outcomes refer to. One whose event was purged in this moment is left out: it
 * is not honoured much longer either.
 */
export async function resolveEvents(tx: SqlRunner, stored: readonly StoredKey[]): Promise<KnownKey[]> {
  const ids = stored.flatMap(({ outcome }) => (isReference(outcome) ? [outcome.event] : []));
  if (ids.length === 0) return stored as KnownKey[];
  const rows = await tx.$queryRaw<{ id: string; data: KeptReservation }[]>`
    SELECT id, data
    FROM events
    WHERE id = ANY(${ids}::uuid[])`;
  const dataOf = new Map(rows.map(({ id, data }) => [id, data]));
  return stored.flatMap((each) => {
    const { outcome } = each;
    if (!isReference(outcome)) return [{ ...each, outcome }];
    const reservation = dataOf.get(outcome.event);
    if (!reservation) return [];
    return [{ ...each, outcome: replaceField(outcome, 'event', 'reservation', reservation) as OutcomeRow }];
  });
}
