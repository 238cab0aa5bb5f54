import type { Refusal } from './refusals.ts';
import type { Reservation, ReservationStatus } from './reservation.ts';

/** Refusals that name the reservation's status. */
type RefusalCode = Extract<Refusal, { readonly currentStatus: ReservationStatus }>['code'];

/** The status that a reservation gets; `repeat`: it was done before, and nothing changes; or the refusal. */
type Result = ReservationStatus | 'repeat' | RefusalCode;

/** Of several results, the command chooses one by its fields and by the fulfilled units. */
type Transition =
  Result | `${Result} or ${Result}` | `${Result} or ${Result} or ${Result}` | `${Three} or ${RefusalCode}`;

type Three = `${ReservationStatus} or ${ReservationStatus} or ${ReservationStatus}`;

/**
 * What each verb does to a reservation in each status.
 *
 *     waiting ─── release or expire ─▶ released or expired
 *        │
 *      grant
 *        ▼       confirm                 fulfill (all quantities)
 *       held ───────────────▶ confirmed ───────────────▶ fulfilled
 *        │  │                  ▲   │
 *        │  └─ expire ─▶ expired   └─ cancel ─▶ cancelled
 *        │                 (reacquire)
 *        └──── release ─▶ released
 *
 * A release or cancel of a part leaves the status as it is while units are left.
 *
 * Each command switches over its row. What a status allows may still be refused: for lack of stock, for lines
 * with too many units, or for another or a cancelled order. A hold that has expired is `expired` for every
 * verb (hold-lifetime.ts). `withdrawn` is every reservation that was withdrawn, whatever its status.
 *
 * docs/checkout.md has this table for clients. transitions.test.ts compares it, the docs and the commands.
 */
export const TRANSITIONS = {
  confirm: {
    waiting: 'invalid_transition',
    held: 'confirmed',
    expired: 'reservation_expired or confirmed', // confirmed: with `reacquire`
    confirmed: 'repeat or invalid_transition', // refused: with other lines
    fulfilled: 'repeat',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  extend: {
    waiting: 'invalid_transition',
    held: 'held or extension_limit_reached',
    expired: 'reservation_expired',
    confirmed: 'invalid_transition',
    fulfilled: 'invalid_transition',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  fulfill: {
    waiting: 'invalid_transition',
    held: 'fulfilled or confirmed', // confirmed: while units are left
    expired: 'reservation_expired',
    confirmed: 'fulfilled or confirmed',
    fulfilled: 'repeat or quantity_exceeds_remaining', // refused: with lines
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  // Holds only: a late "payment failed" can never free stock that was paid for. That is `cancel`.
  release: {
    waiting: 'released or quantity_exceeds_remaining', // refused: with lines
    held: 'released or held', // held: while units are left
    expired: 'invalid_transition',
    confirmed: 'invalid_transition',
    fulfilled: 'invalid_transition',
    released: 'repeat',
    cancelled: 'invalid_transition',
    withdrawn: 'repeat or reservation_withdrawn', // repeat: it was released
  },
  cancel: {
    waiting: 'invalid_transition',
    held: 'invalid_transition',
    expired: 'invalid_transition',
    confirmed: 'cancelled or fulfilled or confirmed', // fulfilled: if a part has left; confirmed: while units are left
    fulfilled: 'repeat or invalid_transition or quantity_exceeds_remaining', // refused: if all has left; with lines
    released: 'invalid_transition',
    cancelled: 'repeat',
    withdrawn: 'repeat or reservation_withdrawn', // repeat: it was cancelled
  },
  // Ends the reservation if possible, and prevents that it holds stock again.
  withdraw: {
    waiting: 'released',
    held: 'released',
    expired: 'expired',
    confirmed: 'cancelled or invalid_transition', // refused: if a part has left
    fulfilled: 'invalid_transition',
    released: 'released',
    cancelled: 'cancelled',
    withdrawn: 'repeat',
  },
  // Units that were fulfilled and came back. A return changes no status.
  return: {
    waiting: 'invalid_transition',
    held: 'invalid_transition',
    expired: 'invalid_transition',
    confirmed: 'confirmed or quantity_exceeds_remaining', // refused: if no more have left
    fulfilled: 'fulfilled',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  // PUT /v1/reservations/{id}/lines, and of a cart.
  lines: {
    waiting: 'waiting or held', // held: if the stock for these is available
    held: 'held',
    expired: 'reservation_expired',
    confirmed: 'confirmed or fulfilled', // fulfilled: if the lines are the fulfilled units
    fulfilled: 'invalid_transition',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  // Fields that promise no stock.
  patch: {
    waiting: 'waiting',
    held: 'held',
    expired: 'expired',
    confirmed: 'confirmed',
    fulfilled: 'fulfilled',
    released: 'released',
    cancelled: 'cancelled',
    withdrawn: 'released or expired or cancelled or reservation_withdrawn', // refused: if that is its status
  },
  reallocate: {
    waiting: 'invalid_transition',
    held: 'held',
    expired: 'reservation_expired',
    confirmed: 'confirmed',
    fulfilled: 'invalid_transition',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'reservation_withdrawn',
  },
  // Asked for by jobs. `decide` has given back the hold that was due; one that is held is not due yet.
  expire: {
    waiting: 'invalid_transition',
    held: 'invalid_transition',
    expired: 'repeat',
    confirmed: 'invalid_transition',
    fulfilled: 'invalid_transition',
    released: 'invalid_transition',
    cancelled: 'invalid_transition',
    withdrawn: 'invalid_transition',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<ReservationStatus, Transition>>>>;

/** The column of a reservation in the table. */
export function stateOf({
  status,
  withdrawnAt,
}: Pick<Reservation, 'status' | 'withdrawnAt'>): ReservationStatus {
  return withdrawnAt === null ? status : 'withdrawn';
}
