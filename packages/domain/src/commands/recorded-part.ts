import type { PartKind, PartName, RecordedLine, RecordedPart } from '../changes.ts';
import type { Draft } from '../draft.ts';
import { unchanged, type Refused, type ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { NONE } from '../targets.ts';
import { refuse } from './refuse.ts';

/** How clients name the id of a part. */
const FIELDS: Readonly<Record<PartKind, string>> = {
  fulfillment: 'fulfillment_id',
  release: 'release_id',
  cancellation: 'cancellation_id',
  return: 'return_id',
};

/** A part as a call names it. */
interface AskedPart {
  /** The client's id of it. Null: none. */
  readonly partId: string | null;
  readonly parts: RecordedPart['parts'];
}

/** The part that a command may record, as one of its targets. */
export function namesOfPart(
  reservationId: string,
  kind: PartKind,
  partId: string | null,
): readonly PartName[] {
  return partId === null ? NONE : [{ reservationId, kind, partId }];
}

/**
 * The answer to a repeat of a part, in any status: the present reservation, or a refusal if that part had
 * other lines. Null: the part is new, or has no id.
 */
export function answerRecorded(
  draft: Draft,
  reservation: Reservation,
  kind: PartKind,
  { partId, parts }: AskedPart,
): ReservationOutcome | null {
  const earlier =
    partId === null ? undefined : draft.recordedPart({ reservationId: reservation.id, kind, partId });
  if (!earlier) return null;
  return hasSameUnits(earlier.parts, parts) ? unchanged(draft, reservation) : refuseOtherPart(kind, partId);
}

export function refuseOtherPart(kind: PartKind, partId: string | null): Refused {
  return refuse({
    code: 'idempotency_key_reused',
    detail: `The ${FIELDS[kind]} ${partId} was recorded with other lines. Use a new ${FIELDS[kind]} for other units.`,
  });
}

/** Records a part that has an id, so that it counts once. */
export function recordNamed(
  draft: Draft,
  { id: reservationId }: Reservation,
  kind: PartKind,
  { partId, parts }: AskedPart,
): void {
  if (partId !== null) draft.recordPart({ reservationId, kind, partId, parts });
}

/** Whether two parts have the same quantities, in whatever order. */
export function hasSameUnits(a: RecordedPart['parts'], b: RecordedPart['parts']): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b));
}

function inOrder(parts: readonly RecordedLine[] | null): readonly (readonly [string, number])[] | null {
  if (parts === null) return null;
  const quantities = new Map<string, number>();
  for (const { sku, location, to = null, restock = true, quantity } of parts) {
    const name = JSON.stringify([sku, location, to, restock]);
    quantities.set(name, (quantities.get(name) ?? 0) + quantity);
  }
  return [...quantities].toSorted(([one], [other]) => (one < other ? -1 : 1));
}
