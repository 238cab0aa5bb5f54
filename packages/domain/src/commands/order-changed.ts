import { defineCommand } from '../command-module.ts';
import type { Draft } from '../draft.ts';
import { orderCreated, refuseOrder, WITH_LINES, type OrderWithLines } from './order-created.ts';
import { concluded, isAlive, reservationsOf, type OrderOutcome } from './order-reservations.ts';
import { refuse, refuseTransition } from './refuse.ts';
import { replaceLines } from './replace-lines.ts';

export interface OrderChangedCommand extends OrderWithLines {
  readonly kind: 'order-changed';
}

export const orderChangedCommand = defineCommand<OrderChangedCommand, OrderOutcome>({
  ...WITH_LINES,
  decide: orderChanged,
});

/**
 * Replaces the lines of the order's only live reservation. An order that has none is treated as created. The
 * event does not say which of several is meant: a person has to decide.
 */
function orderChanged(draft: Draft, command: OrderChangedCommand): OrderOutcome {
  const { orderId, caller } = command;
  const [live, another] = reservationsOf(draft, orderId).filter(
    (each) => isAlive(each) && each.status !== 'fulfilled',
  );
  if (!live) return orderCreated(draft, command);
  if (another) {
    const why = `Order ${orderId} has several reservations: change each by its id, with PUT /v1/reservations/{id}/lines.`;
    return refuse(refuseTransition('changed', another, why).refusal);
  }
  const { lines } = command.reserve;
  const rules = { sourcing: null, locations: null, ifShort: 'reject', renew: null, ifVersion: null } as const;
  const result = replaceLines(draft, live, { lines, ...rules, caller });
  if (!result.ok) return refuseOrder(draft, command, result.refusal);
  const isGranted = live.status === 'waiting' && result.reservation.status === 'held';
  return concluded(draft, orderId, {
    effects: result.changed ? [{ reservationId: live.id, effect: isGranted ? 'reserved' : 'changed' }] : [],
    note: `Reservation ${live.id} has these lines already.`,
  });
}
