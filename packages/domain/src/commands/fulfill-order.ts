import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { EARLY_FULFILLMENTS_MAX, type EarlyFulfillment, type OrderEffect } from '../order.ts';
import type { Refusal } from '../refusals.ts';
import type { Reservation } from '../reservation.ts';
import { NO_TARGETS, NONE, type Targets } from '../targets.ts';
import { fulfill } from './fulfill.ts';
import { takeUnits, type LinePart } from './line-parts.ts';
import { answered, ORDER_CALL, refuseUnknownOrder, type OrderCallOutcome } from './order-calls.ts';
import { reservationsOf, type AboutOrder, type OrderChange } from './order-reservations.ts';
import { hasSameUnits, refuseOtherPart } from './recorded-part.ts';
import { refuse, refuseTooMuch } from './refuse.ts';

/** Units that left the warehouse for an order, as an event or a call names them. */
export interface Shipment extends AboutOrder {
  /** Counts once for each order, for ever. Null: each call counts. */
  readonly fulfillmentId: string | null;
  /** Null: all that is left. */
  readonly parts: readonly LinePart[] | null;
}

export interface FulfillOrderCommand extends Shipment {
  readonly kind: 'fulfill-order';
}

export const fulfillOrderCommand = defineCommand<FulfillOrderCommand, OrderCallOutcome>({
  ...ORDER_CALL,
  targets: targetsOfShipment,
  decide: callFulfill,
});

export function targetsOfShipment({ orderId, fulfillmentId }: Shipment): Targets {
  return {
    ...NO_TARGETS,
    orders: [orderId],
    orderFulfillments: fulfillmentId === null ? NONE : [{ orderId, fulfillmentId }],
  };
}

function callFulfill(draft: Draft, command: FulfillOrderCommand): OrderCallOutcome {
  const unknown = refuseUnknownOrder(draft, command.orderId);
  if (unknown) return unknown;
  const change = shipOrder(draft, command);
  return change.refusal ? refuse(change.refusal) : answered(draft, command.orderId, change);
}

/** Deducts units that left the warehouse for an order, or records them if nothing is reserved yet. */
export function shipOrder(draft: Draft, shipment: Shipment): OrderChange {
  const { orderId, fulfillmentId, parts } = shipment;
  if (reservationsOf(draft, orderId).length > 0) return fulfillOrder(draft, shipment);
  if (fulfillmentId !== null) return remember(draft, orderId, { fulfillmentId, parts });
  const detail = `Nothing is reserved for the order ${orderId}. To have a fulfillment counted later, give it a fulfillment_id.`;
  return refused({ code: 'not_found', detail });
}

/**
 * Deducts from an order's open reservations, oldest first, or from none. Without lines, all that is left of
 * all of them; if none is open, the newest that is over says why not.
 */
export function fulfillOrder(draft: Draft, shipment: Shipment): OrderChange {
  const all = reservationsOf(draft, shipment.orderId);
  const recorded = answerRecorded(draft, all, shipment);
  if (recorded) return recorded;
  const open = all.filter(({ status }) => status === 'held' || status === 'confirmed');
  const newest = all.findLast(({ status }) => status === 'fulfilled') ?? all.at(-1);
  const targets = open.length > 0 || !newest ? open : [newest];
  const [first] = targets;
  if (!first) return { effects: [], refusal: null };
  const ofAll = { ...first, lines: targets.flatMap((each) => each.lines) };
  const tooMuch = () => refused(refuseTooMuch(ofAll, shipment.parts ?? NONE, { named: 'order' }).refusal);
  const partsOf = spread(targets, shipment.parts);
  if (partsOf === null) return tooMuch();
  // A refused fulfilment changes nothing. If one of several is refused, those before it are undone.
  const before = targets.length > 1 ? draft.checkpoint() : null;
  const effects: OrderEffect[] = [];
  for (const [{ id, status }, parts] of partsOf) {
    const result = fulfill(draft, {
      ...shipment,
      kind: 'fulfill',
      reservationId: id,
      parts,
      reallocate: false,
    });
    if (!result.ok) {
      if (before) draft.rollBack(before);
      return result.refusal.code === 'quantity_exceeds_remaining' ? tooMuch() : refused(result.refusal);
    }
    if (!result.changed) continue;
    if (status === 'held') effects.push({ reservationId: id, effect: 'confirmed' });
    effects.push({ reservationId: id, effect: 'deducted' });
  }
  return { effects, refusal: null };
}

/** The parts that leave each reservation. Null: they name more than is left in all. */
function spread(
  targets: readonly Reservation[],
  parts: readonly LinePart[] | null,
): readonly (readonly [Reservation, readonly LinePart[] | null])[] | null {
  if (parts === null || targets.length === 1) return targets.map((each) => [each, parts] as const);
  const lines = targets.flatMap((each) => each.lines);
  const owners = targets.flatMap((each) => each.lines.map(() => each));
  const taken = takeUnits(lines, parts);
  return (
    taken &&
    targets.flatMap((target) => {
      const mine = taken.filter(({ line }) => owners[line] === target);
      const ofMine = mine.map(({ part: { sku, location }, quantity }) => ({ sku, location, quantity }));
      return mine.length > 0 ? [[target, ofMine] as const] : [];
    })
  );
}

/** The answer to a fulfillment that was recorded before. Null: it is new, or has no id. */
function answerRecorded(
  draft: Draft,
  all: readonly Reservation[],
  { fulfillmentId: partId, parts }: Shipment,
): OrderChange | null {
  if (partId === null) return null;
  const known = all.flatMap(
    ({ id: reservationId }) => draft.recordedPart({ reservationId, kind: 'fulfillment', partId }) ?? [],
  );
  if (known.length === 0) return null;
  const whole = known.some((each) => each.parts === null);
  const recorded = whole ? null : known.flatMap((each) => each.parts ?? NONE);
  return hasSameUnits(recorded, parts)
    ? { effects: [], refusal: null }
    : refused(refuseOtherPart('fulfillment', partId).refusal);
}

function refused(refusal: Refusal): OrderChange {
  return { effects: [], refusal };
}

function remember(draft: Draft, orderId: string, { fulfillmentId, parts }: EarlyFulfillment): OrderChange {
  const order = draft.order(orderId);
  if (order.cancelledAt !== null) {
    const detail = 'The order is cancelled, and nothing was reserved for it.';
    return refused({ code: 'invalid_transition', detail, currentStatus: 'cancelled' });
  }
  if (order.fulfillments.some((each) => each.fulfillmentId === fulfillmentId))
    return { effects: [], refusal: null };
  if (order.fulfillments.length >= EARLY_FULFILLMENTS_MAX) {
    const detail = `More than ${EARLY_FULFILLMENTS_MAX} fulfillments of an order that has no reservation.`;
    return refused({ code: 'quantity_limit_exceeded', detail });
  }
  draft.putOrder({ ...order, fulfillments: [...order.fulfillments, { fulfillmentId, parts }] });
  return { effects: [{ reservationId: null, effect: 'remembered' }], refusal: null };
}
