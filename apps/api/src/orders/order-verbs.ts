import type { CommandOf, OrderCallOutcome } from '@holdfast/domain';
import type { Answer as LedgerAnswer } from '@holdfast/ledger';
import type { GivenName } from '@holdfast/reservations';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { accepted } from '../http/keyed-answer.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute, type Answer, type Route } from '../http/route.ts';
import { partsOf } from '../reservations/reservation-schema.ts';
import { PROMISE_REFUSALS } from '../reservations/wanted-lines-schema.ts';
import {
  cancelOrderBody,
  confirmOrderBody,
  fulfillOrderBody,
  orderCallAnswer,
  orderParams,
} from './order-schema.ts';

export const confirmOrder = (context: ApiContext) =>
  defineOrderVerb(context, {
    verb: 'confirm',
    summary: 'Confirm all holds of an order after its payment was captured',
    description:
      'With `on_expired: "reacquire"` an expired hold is reserved again, unless a reservation of the order was created after it expired.',
    body: confirmOrderBody,
    done: 'What could be confirmed is confirmed',
    refusals: [
      'not_found',
      'order_cancelled',
      'reservation_expired',
      ...PROMISE_REFUSALS,
      'invalid_transition',
    ],
    command: ({ payment_reference = null, on_expired, atomic, reason = null }, called) => ({
      kind: 'confirm-order',
      paymentReference: payment_reference,
      onExpired: on_expired,
      atomic,
      reason,
      ...called,
    }),
  });

export const cancelOrder = (context: ApiContext) =>
  defineOrderVerb(context, {
    verb: 'cancel',
    summary: 'Cancel an order: release its holds and cancel its confirmed reservations',
    description:
      'Afterwards nothing of the order is held or confirmed, and nothing can be. An unknown order is remembered as cancelled. A repeat ends reservations that were held or confirmed since the first call.',
    body: cancelOrderBody,
    done: 'The order is cancelled, by this call or an earlier one',
    refusals: ['invalid_transition'],
    names: (_body, orderId) => [{ path: 'order_id', name: orderId, of: { kind: 'order' } }],
    command: ({ reason = null }, called) => ({ kind: 'cancel-order', reason, ...called }),
  });

export const fulfillOrder = (context: ApiContext) =>
  defineOrderVerb(context, {
    verb: 'fulfill',
    summary: 'Fulfil an order: deduct all or some units that left the warehouse',
    description:
      'From the oldest reservation first, all lines or none. Holds are confirmed first. If you fulfil a part, send an `Idempotency-Key` or a `fulfillment_id`: without either, a repeat deducts again.',
    body: fulfillOrderBody,
    done: 'The units are deducted, by this call or an earlier one',
    refusals: [
      'not_found',
      'order_cancelled',
      'reservation_expired',
      'quantity_exceeds_remaining',
      'insufficient_stock',
      'invalid_transition',
      'quantity_limit_exceeded',
    ],
    names: ({ fulfillment_id }, orderId) => [
      { path: 'fulfillment_id', name: fulfillment_id, of: { kind: 'order-fulfillment', orderId } },
    ],
    command: ({ lines, fulfillment_id = null }, called) => ({
      kind: 'fulfill-order',
      parts: partsOf(lines),
      fulfillmentId: fulfillment_id,
      ...called,
    }),
  });

interface OrderVerb<Body> extends Pick<Route, 'summary' | 'description' | 'refusals'> {
  readonly verb: string;
  readonly body: z.ZodType<Body>;
  /** What an answer with 200 says. */
  readonly done: string;
  /** Names that the call may bring into being, to be checked. */
  readonly names?: (body: Body, orderId: string) => readonly GivenName[];
  readonly command: (
    body: Body,
    called: { readonly orderId: string; readonly caller: string },
  ) => CommandOf<'confirm-order' | 'cancel-order' | 'fulfill-order'>;
}

/** A POST on one order, which is a command of the ledger and answers with the order and the effects. */
function defineOrderVerb<Body>(
  { config, database, ledger }: ApiContext,
  { verb, done, names, command, ...texts }: OrderVerb<Body>,
): Route {
  return defineRoute({
    ...texts,
    method: 'post',
    path: `/v1/orders/{order_id}/${verb}`,
    tag: 'Orders',
    scope: 'reservations:write',
    params: orderParams,
    answers: { 200: { description: done, schema: orderCallAnswer } },
    keyed: true,
    async handle({ params: { order_id: orderId }, body, caller, path, idempotencyKey, signal }) {
      if (names) await requireNames(database.prisma, names(body, orderId));
      const key = nameCall({ caller, path, key: idempotencyKey, body });
      const answer = await ledger.submit(command(body, { orderId, caller }), key, { signal });
      return answerWithOrder(answer, config.publicUrl);
    },
  });
}

function answerWithOrder(answer: LedgerAnswer<OrderCallOutcome>, publicUrl: string): Answer {
  const { outcome, replay } = accepted(answer);
  const results = outcome.answer.results.map(({ reservationId, effect, refusal }) => ({
    reservation_id: reservationId,
    effect,
    problem: refusal ? problemOf(refusal).describe(publicUrl) : null,
  }));
  return { status: 200, body: { order: outcome.answer.order, results }, headers: replay };
}
