import { givenName, metadata, reservationAnswer, shortText } from '@holdfast/contract';
import { showReservation, type CommandOf, type OutcomeOf } from '@holdfast/domain';
import { newId } from '@holdfast/ledger';
import { readReservationOfCart } from '@holdfast/reservations';
import { z } from 'zod';
import type { ApiConfig } from '../config.ts';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { versionsOf } from '../http/precondition.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { WAITS } from '../reservations/create-reservation.ts';
import { LINES_REFUSALS } from '../reservations/put-lines.ts';
import { requireFittingWait, waitFields, waitTermsOf } from '../reservations/wait-schema.ts';
import {
  besideLines,
  isPartialOfSplit,
  PARTIAL_OF_SPLIT,
  wantedLines,
  wantedLinesOf,
} from '../reservations/wanted-lines-schema.ts';

const path = '/v1/carts/{cart_id}/reservation';

const EXAMPLES = { examples: ['c-77'] };

const params = z.strictObject({
  cart_id: shortText().meta({ description: 'The cart’s name', ...EXAMPLES }),
});

const ETAG = { ETag: 'The reservation’s version in quotes, for If-Match' };

/** The body of a create, without the fields that a cart cannot have. The longest hold is a setting. */
const putCartBody = ({ maxHoldSeconds, ...config }: Pick<ApiConfig, 'maxHoldSeconds' | 'waitMaxSeconds'>) =>
  z
    .strictObject({
      lines: wantedLines(0).meta({ description: 'Empty: the hold is released' }),
      order_id: givenName().nullable().optional(),
      customer_id: givenName().nullable().optional(),
      store_id: givenName().nullable().optional(),
      source: shortText().nullable().optional(),
      ttl_seconds: z.int().min(1).max(maxHoldSeconds).nullable().optional().meta({
        description: 'Lifetime of a new hold. For an existing reservation it counts only with `renew`',
      }),
      notify_before_seconds: z.int().min(1).max(maxHoldSeconds).nullable().optional().meta({
        description:
          'Publishes an `expiring` event this many seconds before the hold ends. Absent: unchanged. null: none',
      }),
      metadata: metadata().nullable().optional(),
      ...besideLines,
      wait_seconds: waitFields(config).wait_seconds.nullable(),
      wait_priority: waitFields(config).wait_priority.nullable(),
    })
    .refine(isPartialOfSplit, PARTIAL_OF_SPLIT)
    .superRefine(requireFittingWait)
    .meta({ id: 'PutCartReservation', examples: [{ lines: [{ sku: 'TSHIRT-M', quantity: 2 }] }] });

type PutCartBody = z.infer<ReturnType<typeof putCartBody>>;

export const putCartReservation = ({ database, ledger, config }: ApiContext) =>
  defineRoute({
    method: 'put',
    path,
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Set what a cart holds',
    description:
      'The cart’s reservation is its newest one that waits or is held and has not expired, created by any call. If there is none, it is created. Otherwise its lines are set as by `PUT /v1/reservations/{id}/lines`; `order_id` and `customer_id` are set if they are null, `source`, `metadata` and `notify_before_seconds` if they are given. An empty `lines` releases it. Calls of several processes at the same time never create two.',
    params: z.strictObject({ cart_id: givenName('The cart’s name').meta(EXAMPLES) }),
    body: putCartBody(config),
    answers: {
      200: {
        description: 'The cart holds these lines, or its hold was released',
        schema: reservationAnswer,
        headers: ETAG,
      },
      201: {
        description: 'The cart held nothing, and now holds these lines',
        schema: reservationAnswer,
        headers: { Location: 'The path of the reservation', ...ETAG },
      },
      202: { ...WAITS, headers: { ...WAITS.headers, ...ETAG } },
    },
    refusals: ['reservation_not_found', 'invalid_transition', ...LINES_REFUSALS],
    conditional: 'if-match or if-none-match',
    async handle({ params: { cart_id }, body, caller, precondition, signal }) {
      await requireNames(database.prisma, [
        { path: 'cart_id', name: cart_id, of: { kind: 'cart' } },
        { path: 'order_id', name: body.order_id, of: { kind: 'order' } },
        { path: 'customer_id', name: body.customer_id, of: null },
        { path: 'store_id', name: body.store_id, of: null },
      ]);
      const ttlSeconds = body.ttl_seconds ?? config.ttlSeconds;
      const command = {
        ...putCart(cart_id, body, config, ttlSeconds),
        ...wantedLinesOf(body, config, ttlSeconds),
        ifVersion: versionsOf(precondition),
        caller,
      };
      return answerOf((await ledger.submit(command, null, { signal })).outcome);
    },
  });

export const deleteCartReservation = ({ ledger, config }: ApiContext) =>
  defineRoute({
    method: 'delete',
    path,
    tag: 'Reservations',
    scope: 'reservations:write',
    summary: 'Release what a cart holds',
    params,
    answers: { 200: { description: 'The hold was released', schema: reservationAnswer, headers: ETAG } },
    refusals: ['reservation_not_found'],
    async handle({ params: { cart_id }, caller, signal }) {
      const nothing = { lines: [] };
      const command = {
        ...putCart(cart_id, nothing, config, config.ttlSeconds),
        ...wantedLinesOf(nothing, config, config.ttlSeconds),
        ifVersion: null,
        caller,
      };
      return answerOf((await ledger.submit(command, null, { signal })).outcome);
    },
  });

export const getCartReservation = () =>
  defineRoute({
    method: 'get',
    path,
    tag: 'Reservations',
    scope: 'reservations:read',
    readFrom: 'reached',
    summary: 'Read what a cart holds',
    params,
    answers: { 200: { description: 'The cart’s hold', schema: reservationAnswer, headers: ETAG } },
    refusals: ['reservation_not_found'],
    async handle({ params: { cart_id }, from }) {
      const found = await readReservationOfCart(from.prisma, cart_id);
      if (!found) throw new Problem('reservation_not_found', `The cart ${cart_id} holds nothing.`);
      return withTag(200, showReservation(found.reservation, found.now));
    },
  });

type PutCart = CommandOf<'put-cart'>;

/** The fields of the command, except its lines. */
function putCart(
  cartId: string,
  body: PutCartBody,
  config: Pick<ApiConfig, 'waitersMax'>,
  ttlSeconds: number,
): Omit<PutCart, keyof ReturnType<typeof wantedLinesOf> | 'ifVersion' | 'caller'> {
  return {
    kind: 'put-cart',
    cartId,
    orderId: body.order_id ?? null,
    customerId: body.customer_id ?? null,
    source: body.source,
    notifyBeforeSeconds: body.notify_before_seconds,
    metadata: body.metadata === null ? {} : body.metadata,
    create: {
      reservationId: newId(),
      storeId: body.store_id ?? null,
      sourcing: body.sourcing ?? 'split',
      ttlSeconds,
      wait: waitTermsOf(body, config),
    },
  };
}

/** @throws {Problem} when the command was refused */
function answerOf(outcome: OutcomeOf<'put-cart'>): Answer {
  if (!outcome.ok) throw problemOf(outcome.refusal);
  const { reservation, created } = outcome;
  return created
    ? withTag(reservation.status === 'waiting' ? 202 : 201, reservation, {
        Location: `/v1/reservations/${reservation.id}`,
      })
    : withTag(200, reservation);
}

const withTag = (
  status: number,
  reservation: ReturnType<typeof showReservation>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, body: reservation, headers: { ...headers, ETag: `"${reservation.version}"` } });
