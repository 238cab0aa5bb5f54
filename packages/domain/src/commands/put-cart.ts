import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import type { Refused, ReservationOutcome } from '../outcome.ts';
import type { Reservation } from '../reservation.ts';
import { customerOf, NO_TARGETS, NONE } from '../targets.ts';
import { allowsVersion, refuseVersion } from './if-version.ts';
import { isAnother, namesAnotherOrder, refuse, refuseOther, refuseOtherOrder } from './refuse.ts';
import { release } from './release.ts';
import { hasLessThanAsked, replaceLines } from './replace-lines.ts';
import type { WantedLines } from './wanted-change.ts';
import { reserve, type ReserveCommand } from './reserve.ts';

/** What a cart is to hold. No lines: nothing. */
export interface PutCartCommand extends WantedLines {
  readonly kind: 'put-cart';
  readonly cartId: string;
  readonly orderId: string | null;
  readonly customerId: string | null;
  /** Undefined: as it is. */
  readonly source: string | null | undefined;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** Undefined or absent: as it is. */
  readonly notifyBeforeSeconds?: number | null | undefined;
  /** For a cart that holds nothing yet. */
  readonly create: Pick<ReserveCommand, 'reservationId' | 'storeId' | 'sourcing' | 'ttlSeconds' | 'wait'>;
}

export type CartOutcome = (Exclude<ReservationOutcome, Refused> & { readonly created: boolean }) | Refused;

export const putCartCommand = defineCommand<PutCartCommand, CartOutcome>({
  targets: ({ cartId, orderId, customerId, lines, locations, create }) => ({
    ...NO_TARGETS,
    customers: customerOf(customerId, lines),
    carts: [cartId],
    sourced: lines,
    catalogue: lines,
    listedLocations: locations ?? NONE,
    ordersGivenStock: orderId === null ? NONE : [orderId],
    waitedSkus: create.wait ? lines.map(({ sku }) => sku) : NONE,
  }),
  weight: ({ lines }) => Math.max(1, lines.length),
  decide: putCart,
  isShort: hasLessThanAsked,
});

/** Creates the cart's reservation, changes its lines, or releases it: a cart has one hold, which changes. */
function putCart(draft: Draft, command: PutCartCommand): CartOutcome {
  const { cartId, ifVersion, lines, reason = null, caller } = command;
  const held = reservationOfCart(draft, cartId);
  if (!held && lines.length === 0) return refuseEmptyCart(cartId);
  if (!allowsVersion(ifVersion, held?.version ?? 0)) {
    return refuseVersion(`The reservation of cart ${cartId}`, ifVersion, held?.version ?? 0);
  }
  if (!held) return answered(createHold(draft, command), true);
  if (lines.length > 0) return answered(changeHold(draft, held, command), false);
  const ended = release(draft, {
    kind: 'release',
    reservationId: held.id,
    reason,
    releaseId: null,
    parts: null,
    caller,
  });
  return answered(ended, false);
}

/** The cart's newest reservation that is held or waiting and not due, created by any call. */
function reservationOfCart(draft: Draft, cartId: string): Reservation | undefined {
  return draft
    .reservations()
    .filter((each) => each.cartId === cartId)
    .flatMap(({ id }) => draft.reservation(id) ?? [])
    .filter(({ status }) => status === 'held' || status === 'waiting')
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .at(-1);
}

function createHold(draft: Draft, { create, ...command }: PutCartCommand): ReservationOutcome {
  const { cartId, orderId, customerId, source = null, metadata = {}, reason = null, caller } = command;
  const { lines, locations, ifShort, notifyBeforeSeconds = null } = command;
  const of = { cartId, orderId, customerId, source, metadata, notifyBeforeSeconds };
  return reserve(draft, {
    kind: 'reserve',
    ...create,
    ...of,
    lines,
    locations,
    ifShort,
    paymentReference: null,
    reason,
    caller,
  });
}

function changeHold(draft: Draft, held: Reservation, command: PutCartCommand): ReservationOutcome {
  const { orderId, customerId, source = held.source, metadata = held.metadata } = command;
  if (namesAnotherOrder(held, orderId)) return refuseOtherOrder('changed', held);
  if (isAnother(held.customerId, customerId)) return refuseOther(held, 'customer_id');
  const { notifyBeforeSeconds = held.notifyBeforeSeconds } = command;
  const named = { orderId: held.orderId ?? orderId, customerId: held.customerId ?? customerId };
  return replaceLines(draft, held, command, { ...named, source, metadata, notifyBeforeSeconds });
}

function answered(outcome: ReservationOutcome, created: boolean): CartOutcome {
  return outcome.ok ? { ...outcome, created } : outcome;
}

function refuseEmptyCart(cartId: string): Refused {
  return refuse({ code: 'reservation_not_found', detail: `The cart ${cartId} holds nothing.` });
}
