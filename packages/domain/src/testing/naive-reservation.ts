import type { LinePart } from '../commands/line-parts.ts';
import type { ReserveCommand } from '../commands/reserve.ts';
import type { ReservationStatus, SyncAction } from '../reservation.ts';
import type { WantedLine } from '../sourcing.ts';
import type { ExpectedReservation } from './expected.ts';
import type { NaiveUnit } from './naive-sourcing.ts';

interface NaiveLine extends WantedLine {
  readonly requested: number;
}

/**
 * A reservation as a list of units, each with its fate. All that the contract counts is counted from them.
 */
export interface NaiveReservation {
  readonly asked: ReserveCommand;
  /** Added up, with the units that were taken. */
  readonly lines: readonly NaiveLine[];
  readonly createdAt: number;
  /** By line, then in sourcing order. What a partial confirm gives back is gone from here. */
  units: readonly NaiveUnit[];
  status: ReservationStatus;
  orderId: string | null;
  reason: string | null;
  payment: string | null;
  expiresAt: number | null;
  extensions: number;
  version: number;
  warehouseAction: SyncAction | null;
  confirmedAt: number | null;
  releasedAt: number | null;
  expiredAt: number | null;
  cancelledAt: number | null;
  fulfilledAt: number | null;
  /** Payments that were refused because nothing was held any more; null: a call without a payment. */
  readonly refusedPayments: Map<string | null, 'for now' | 'for good'>;
  /** What each fulfillment id was used for. */
  readonly fulfillments: Map<string, string>;
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

/**
 * The units that `parts` mean, out of a pool. Parts with a location choose first. Null: they mean more than
 * there are.
 */
export function unitsNamed(
  { lines }: NaiveReservation,
  pool: readonly NaiveUnit[],
  parts: readonly LinePart[] | null,
): readonly NaiveUnit[] | null {
  if (parts === null) return pool;
  const named = new Set<NaiveUnit>();
  for (const hasPlace of [true, false]) {
    for (const { sku, location, quantity } of parts.filter((part) => (part.location !== null) === hasPlace)) {
      const fitting = pool.filter(
        (unit) =>
          !named.has(unit) &&
          lines[unit.line]?.sku === sku &&
          (location === null || location === unit.location),
      );
      if (fitting.length < quantity) return null;
      for (const unit of fitting.slice(0, quantity)) named.add(unit);
    }
  }
  return pool.filter((unit) => named.has(unit));
}

/** The same text for the same goods, in whatever order and however often they are mentioned. */
export function goodsIn(parts: readonly LinePart[] | null): string {
  if (parts === null) return 'all that is left';
  const units = parts.flatMap(({ sku, location, quantity }) =>
    Array.from({ length: quantity }, () => JSON.stringify([sku, location])),
  );
  return units.toSorted((one, other) => (one < other ? -1 : 1)).join();
}

/** As the contract shows it. */
export function viewOf(reservation: NaiveReservation): ExpectedReservation {
  const { asked, units } = reservation;
  return {
    id: asked.reservationId,
    status: reservation.status,
    order_id: reservation.orderId,
    cart_id: asked.cartId,
    customer_id: asked.customerId,
    sourcing: asked.sourcing,
    locations: asked.locations,
    if_short: asked.ifShort,
    store_id: asked.storeId,
    source: asked.source,
    metadata: asked.metadata,
    release_reason: reservation.reason,
    payment_reference: reservation.payment,
    extensions: reservation.extensions,
    version: reservation.version,
    lines: reservation.lines.map(({ sku, location, quantity, requested }, index) => {
      const mine = units.filter(({ line }) => line === index);
      const [sold, out] = [withFate(mine, 'sold'), withFate(mine, 'out')];
      const cancelled = withFate(mine, 'cancelled');
      return {
        sku,
        location,
        quantity,
        requested_quantity: requested,
        confirmed_quantity: sold.length + out.length + cancelled.length,
        fulfilled_quantity: out.length,
        cancelled_quantity: cancelled.length,
        returned_quantity: 0,
        allocations: [...new Set(mine.map((unit) => unit.location))].map((place) => ({
          location: place,
          quantity: mine.filter((unit) => unit.location === place).length,
          fulfilled_quantity: out.filter((unit) => unit.location === place).length,
          cancelled_quantity: cancelled.filter((unit) => unit.location === place).length,
          returned_quantity: 0,
        })),
      };
    }),
    warehouse_action: reservation.warehouseAction,
    times: {
      created_at: new Date(reservation.createdAt).toISOString(),
      expires_at: iso(reservation.expiresAt),
      held_at: reservation.expiresAt === null ? null : new Date(reservation.createdAt).toISOString(),
      confirmed_at: iso(reservation.confirmedAt),
      released_at: iso(reservation.releasedAt),
      expired_at: iso(reservation.expiredAt),
      cancelled_at: iso(reservation.cancelledAt),
      fulfilled_at: iso(reservation.fulfilledAt),
      withdrawn_at: null,
    },
  };
}

function iso(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
