import { reservationAnswer, type ProblemCode } from '@holdfast/contract';
import type { ReservationOutcome, ReservationView, ReserveCommand } from '@holdfast/domain';
import { newId, type Answer as LedgerAnswer } from '@holdfast/ledger';
import type { GivenName } from '@holdfast/reservations';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { agreeOnKey, nameCall } from '../http/idempotency-key.ts';
import { accepted } from '../http/keyed-answer.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { waitTermsOf } from './wait-schema.ts';
import { createReservationBody, wantedLinesOf, type CreateReservationBody } from './reservation-schema.ts';
import { PROMISE_REFUSALS } from './wanted-lines-schema.ts';

/** If several apply, the first in this order is answered. */
export const CREATE_REFUSALS = [
  'order_cancelled',
  'unknown_sku',
  'unknown_location',
  'quantity_limit_exceeded',
  ...PROMISE_REFUSALS,
] as const satisfies readonly ProblemCode[];

export const createReservation = ({ database, ledger, config }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Hold stock for an order',
    description:
      'All lines or none, unless `if_short` is `partial`. A refused create takes nothing. With `"if_short": "wait"` it waits in line for stock that is short.',
    body: createReservationBody(config).meta({
      id: 'CreateReservation',
      examples: [{ order_id: 'o-1001', lines: [{ sku: 'TSHIRT-M', quantity: 2 }] }],
    }),
    answers: {
      201: {
        description: 'The stock is held, or confirmed if requested',
        schema: reservationAnswer,
        headers: { Location: 'The path of the reservation' },
      },
      202: WAITS,
    },
    refusals: CREATE_REFUSALS,
    keyed: true,
    async handle({ body: sent, caller, path, idempotencyKey, signal }) {
      await requireNames(database.prisma, namesOfCreate(sent));
      const key = agreeOnKey(idempotencyKey, sent.idempotency_key);
      const answer = await ledger.submit(
        reserveCommand(sent, caller, config),
        key === null ? null : nameCall({ caller, path, key, body: completeCreate(sent, config) }),
        { signal },
      );
      return answerWithReservation(answer, statusOfCreate(answer), ({ id }) => ({
        Location: `/v1/reservations/${id}`,
      }));
    },
  });

/** The answer to one that waits. */
export const WAITS = {
  description: 'The reservation waits in line, until `waiting_until`',
  schema: reservationAnswer,
  headers: { Location: 'The path of the reservation' },
};

export function statusOfCreate({ outcome }: LedgerAnswer<ReservationOutcome>): 201 | 202 {
  return outcome.ok && outcome.reservation.status === 'waiting' ? 202 : 201;
}

/** What a create asks for. */
export function reserveCommand(
  body: Omit<CreateReservationBody, 'idempotency_key'>,
  caller: string,
  config: Pick<ApiConfig, 'ttlSeconds' | 'waitersMax'>,
  reservationId = newId(),
): ReserveCommand {
  return {
    kind: 'reserve',
    reservationId,
    orderId: body.order_id ?? null,
    cartId: body.cart_id ?? null,
    customerId: body.customer_id ?? null,
    storeId: body.store_id ?? null,
    source: body.source ?? null,
    metadata: body.metadata,
    lines: wantedLinesOf(body.lines),
    sourcing: body.sourcing,
    locations: body.locations ?? null,
    ifShort: body.if_short,
    paymentReference: body.payment_reference ?? null,
    notifyBeforeSeconds: body.notify_before_seconds ?? null,
    ttlSeconds: ttlOf(body, config),
    wait: waitTermsOf(body, config),
    caller,
  };
}

/** The names in the body of a create. @param at the path of the body, such as `reservations.3.` */
export function namesOfCreate(
  body: Omit<CreateReservationBody, 'idempotency_key'>,
  at = '',
): readonly GivenName[] {
  return [
    { path: `${at}order_id`, name: body.order_id, of: { kind: 'order' } },
    { path: `${at}cart_id`, name: body.cart_id, of: { kind: 'cart' } },
    { path: `${at}customer_id`, name: body.customer_id, of: null },
    { path: `${at}store_id`, name: body.store_id, of: null },
  ];
}

/**
 * The part of a create that its fingerprint covers: the body without its key, and with all defaults filled
 * in. A default that earlier releases did not have is left out, so that their keys still fit.
 */
export function completeCreate(
  { idempotency_key: _key, if_short, ...body }: CreateReservationBody,
  config: Pick<ApiConfig, 'ttlSeconds'>,
) {
  return { ...body, ...(if_short === 'reject' ? {} : { if_short }), ttl_seconds: ttlOf(body, config) };
}

/** Null: no hold, confirmed at once. */
const ttlOf = (
  { confirm, ttl_seconds }: Pick<CreateReservationBody, 'confirm' | 'ttl_seconds'>,
  { ttlSeconds }: Pick<ApiConfig, 'ttlSeconds'>,
): number | null => (confirm ? null : (ttl_seconds ?? ttlSeconds));

/** A reservation command's outcome as an answer. @throws {Problem} when the command was refused */
export function answerWithReservation(
  answer: LedgerAnswer<ReservationOutcome>,
  status: number,
  headersOf: (reservation: ReservationView) => Readonly<Record<string, string>> = () => ({}),
): Answer {
  const { outcome, replay } = accepted(answer);
  return { status, body: outcome.reservation, headers: { ...headersOf(outcome.reservation), ...replay } };
}
