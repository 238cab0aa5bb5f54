import type { IfVersion } from '../commands/if-version.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { ReservationStatus, SyncAction } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import type { Expected, ExpectedReservation } from './expected.ts';
import type { NaiveUnit } from './naive-sourcing.ts';

export interface NaiveLine extends WantedLine {
  readonly requested: number;
}

/** How a reservation waits. */
export interface NaiveWait {
  readonly priority: number;
  /** Counts all that have joined. */
  readonly number: number;
  readonly ttlSeconds: number;
  /** The SKUs that the last attempt was short of. Null: anywhere. */
  readonly short: readonly { readonly sku: string; readonly location: string | null }[];
}

/** Ahead in line: by priority, then by number. All reservations in line are ahead of one that is not. */
export function goesFirst(one: NaiveWait, other: NaiveWait | null): boolean {
  if (other === null) return true;
  return one.priority === other.priority ? one.number < other.number : one.priority > other.priority;
}

/**
 * A reservation as a list of units, each with its fate. All that the contract counts is counted from them.
 */
export interface NaiveReservation {
  readonly asked: ReserveCommand;
  /** The fingerprint of the content, if the client chose the id. */
  readonly fingerprint: string | null;
  /** Added up. Of a hold `quantity` is the units that it has. */
  lines: readonly NaiveLine[];
  readonly createdAt: number;
  /** By line, then in sourcing order. Units that a hold gives back while it continues are removed here. */
  units: readonly NaiveUnit[];
  status: ReservationStatus;
  orderId: string | null;
  customerId: string | null;
  source: string | null;
  metadata: Readonly<Record<string, string>>;
  notifyBeforeSeconds: number | null;
  reason: string | null;
  payment: string | null;
  expiresAt: number | null;
  /** As its create said, unless it was changed in line. */
  sourcing: ReserveCommand['sourcing'];
  locations: ReserveCommand['locations'];
  wait: NaiveWait | null;
  waitingUntil: number | null;
  /** Whether one that has waited in vain still counts for its customer: until its end is written. */
  isStillCounted: boolean;
  /** When one that waited got its stock. */
  heldAt: number | null;
  extensions: number;
  version: number;
  warehouseAction: SyncAction | null;
  confirmedAt: number | null;
  releasedAt: number | null;
  expiredAt: number | null;
  cancelledAt: number | null;
  fulfilledAt: number | null;
  withdrawnAt: number | null;
  /** Payments that were refused because nothing was held any more; null: a call without a payment. */
  readonly refusedPayments: Map<string | null, 'for now' | 'for good'>;
  /** The recorded parts, by kind and id. */
  readonly parts: Map<string, string>;
}

export function newReservation(
  asked: ReserveCommand,
  now: number,
  rest: Partial<NaiveReservation> = {},
): NaiveReservation {
  return {
    asked,
    fingerprint: null,
    lines: [],
    createdAt: now,
    units: [],
    status: 'held',
    orderId: asked.orderId,
    customerId: asked.customerId,
    source: asked.source,
    metadata: asked.metadata,
    notifyBeforeSeconds: asked.notifyBeforeSeconds ?? null,
    reason: null,
    payment: asked.paymentReference,
    expiresAt: null,
    sourcing: asked.sourcing,
    locations: asked.locations,
    wait: null,
    waitingUntil: null,
    isStillCounted: false,
    heldAt: null,
    extensions: 0,
    version: 1,
    warehouseAction: null,
    confirmedAt: null,
    releasedAt: null,
    expiredAt: null,
    cancelledAt: null,
    fulfilledAt: null,
    withdrawnAt: null,
    refusedPayments: new Map(),
    parts: new Map(),
    ...rest,
  };
}

/** What a transition does to a reservation: it, and one more `version`. */
export function change(reservation: NaiveReservation, to: Partial<NaiveReservation>): void {
  Object.assign(reservation, to);
  reservation.version += 1;
}

export function setFate(units: readonly NaiveUnit[], fate: NaiveUnit['fate']): void {
  for (const unit of units) unit.fate = fate;
}

export function withFate(units: readonly NaiveUnit[], fate: NaiveUnit['fate']): readonly NaiveUnit[] {
  return units.filter((unit) => unit.fate === fate);
}

/** Units that are promised and have not left. */
export function isOpen({ fate }: NaiveUnit): boolean {
  return fate === 'held' || fate === 'sold';
}

export function skuOf({ lines }: NaiveReservation, { line }: NaiveUnit): string {
  return lines[line]?.sku ?? '';
}

export function isOfAnotherOrder(it: NaiveReservation, orderId: string | null): boolean {
  return orderId !== null && it.orderId !== null && it.orderId !== orderId;
}

/** Inserts a unit into its line: next to units of the same location, or at the end. */
export function place(it: NaiveReservation, unit: NaiveUnit): void {
  const others = it.units.filter((each) => each !== unit);
  const mine = others.filter(({ line }) => line === unit.line);
  const last = mine.findLastIndex(({ location }) => location === unit.location);
  mine.splice(last < 0 ? mine.length : last + 1, 0, unit);
  it.units = [...others.filter(({ line }) => line !== unit.line), ...mine].toSorted(
    (one, other) => one.line - other.line,
  );
}

export function changed(it: NaiveReservation): Expected {
  return { ok: true, reservation: viewOf(it), changed: true };
}

export function unchanged(it: NaiveReservation): Expected {
  return { ok: true, reservation: viewOf(it), changed: false };
}

/** As the contract shows it. */
export function viewOf(reservation: NaiveReservation): ExpectedReservation {
  const { asked, units } = reservation;
  return {
    id: asked.reservationId,
    status: reservation.status,
    order_id: reservation.orderId,
    cart_id: asked.cartId,
    customer_id: reservation.customerId,
    sourcing: reservation.sourcing,
    locations: reservation.locations,
    if_short: asked.ifShort,
    wait_priority: asked.wait?.priority ?? 0,
    notify_before_seconds: reservation.notifyBeforeSeconds,
    store_id: asked.storeId,
    source: reservation.source,
    metadata: reservation.metadata,
    release_reason: reservation.reason,
    payment_reference: reservation.payment,
    extensions: reservation.extensions,
    version: reservation.version,
    lines: reservation.lines.map(({ sku, location, quantity, requested }, index) => {
      const mine = units.filter(({ line }) => line === index);
      const [sold, cancelled] = [withFate(mine, 'sold'), withFate(mine, 'cancelled')];
      const returned = withFate(mine, 'returned');
      const out = [...withFate(mine, 'out'), ...returned];
      return {
        sku,
        location,
        quantity,
        requested_quantity: requested,
        confirmed_quantity: sold.length + out.length + cancelled.length,
        fulfilled_quantity: out.length,
        cancelled_quantity: cancelled.length,
        returned_quantity: returned.length,
        allocations: [...new Set(mine.map((unit) => unit.location))].map((place) => ({
          location: place,
          quantity: mine.filter((unit) => unit.location === place).length,
          fulfilled_quantity: out.filter((unit) => unit.location === place).length,
          cancelled_quantity: cancelled.filter((unit) => unit.location === place).length,
          returned_quantity: returned.filter((unit) => unit.location === place).length,
        })),
      };
    }),
    warehouse_action: reservation.warehouseAction,
    times: {
      created_at: new Date(reservation.createdAt).toISOString(),
      expires_at: iso(reservation.expiresAt),
      waiting_until: iso(reservation.waitingUntil),
      held_at:
        reservation.expiresAt === null
          ? null
          : new Date(reservation.heldAt ?? reservation.createdAt).toISOString(),
      confirmed_at: iso(reservation.confirmedAt),
      released_at: iso(reservation.releasedAt),
      expired_at: iso(reservation.expiredAt),
      cancelled_at: iso(reservation.cancelledAt),
      fulfilled_at: iso(reservation.fulfilledAt),
      withdrawn_at: iso(reservation.withdrawnAt),
    },
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** @param version 0: there is nothing yet */
export function isMeant(ifVersion: IfVersion, version: number): boolean {
  if (ifVersion === null) return true;
  if (version === 0) return ifVersion === 'none';
  return ifVersion === 'any' || [ifVersion].flat().includes(version);
}

/** The same for the same fields, in whatever order. */
export function textOf(fields: object): string {
  const entries = Object.entries(fields).map(([key, value]) => [
    key,
    typeof value === 'object' && value !== null ? textOf(value as object) : value,
  ]);
  return JSON.stringify(entries.toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)));
}
