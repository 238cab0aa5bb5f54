import {
  id,
  parseTime,
  requestTime,
  reservationAnswer,
  reservationStatus,
  shortText,
} from '@holdfast/contract';
import { showReservation, type Reservation } from '@holdfast/domain';
import { readNewestReservations, readSoonestHolds, type ReservationAttributes } from '@holdfast/reservations';
import { z } from 'zod';
import { cursorTo, limit, listOf, milliseconds, ONE_OR_SEVERAL } from '../http/fields-schema.ts';
import { pageOf } from '../http/list-route.ts';
import { defineRoute } from '../http/route.ts';

/**
 * The end of a page. Each of the two orders has its own cursors: a cursor of one does not work in the other.
 */
const place = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('newest'), id: id() }),
  z.strictObject({ order: z.literal('soonest'), expires_at: milliseconds(), id: id() }),
]);

type Place = z.infer<typeof place>;

const STATUS = {
  ...ONE_OR_SEVERAL,
  description:
    'Repeat it for several: `?status=held&status=confirmed`. A hold is `expired` from `expires_at` on, even before its stock is given back. `withdrawn` reservations are listed only if you ask for them',
};

const reservationListQuery = z
  .strictObject({
    status: z
      .union([z.array(reservationStatus).min(1), reservationStatus.transform((one) => [one])])
      .optional()
      .meta(STATUS),
    order_id: shortText().optional(),
    cart_id: shortText().optional(),
    customer_id: shortText().optional(),
    store_id: shortText().optional(),
    source: shortText().optional(),
    sku: shortText().optional().meta({ description: 'Reservations with a line of this SKU' }),
    location: shortText().optional().meta({
      description: 'Reservations with units from this location; with `sku`, units of that SKU',
    }),
    created_after: requestTime().optional().meta({
      description:
        'Reservations that were created after this time. RFC 3339 with any offset, whose + is %2B in a URL',
    }),
    created_before: requestTime().optional(),
    expires_before: requestTime().optional().meta({
      description:
        'Needs `status=held`. Only holds that end before this time, soonest first. RFC 3339 with any offset, whose + is %2B in a URL',
    }),
    limit: limit(),
    cursor: cursorTo(place).optional(),
  })
  .refine(
    ({ expires_before, status = [] }) =>
      expires_before === undefined || (status.length > 0 && status.every((each) => each === 'held')),
    { path: ['expires_before'], error: 'goes with status=held' },
  )
  .refine(
    ({ cursor, expires_before }) =>
      !cursor || cursor.order === (expires_before === undefined ? 'newest' : 'soonest'),
    { path: ['cursor'], error: 'is of a list in another order' },
  );

export const reservationListAnswer = listOf('ReservationList', reservationAnswer);

export const listReservations = () =>
  defineRoute({
    method: 'get',
    path: '/v1/reservations',
    tag: 'Reservations',
    scope: 'reservations:read',
    readFrom: 'lagging',
    summary: 'List reservations: newest first, or holds by their end',
    query: reservationListQuery,
    answers: { 200: { description: 'Reservations that match all filters', schema: reservationListAnswer } },
    refusals: [],
    async handle({ query, from }) {
      const { status = [], expires_before, limit, cursor } = query;
      const attributes = attributesOf(query);
      const ofOrder = expires_before === undefined ? 'newest' : 'soonest';
      const { now, reservations } =
        expires_before === undefined
          ? await readNewestReservations(
              from.prisma,
              { ...attributes, statuses: status },
              { after: cursor?.id ?? null, limit: limit + 1 },
            )
          : await readSoonestHolds(from.prisma, attributes, {
              expiresBefore: parseTime(expires_before),
              after: cursor?.order === 'soonest' ? { expiresAt: cursor.expires_at, id: cursor.id } : null,
              limit: limit + 1,
            });
      const { data, next_cursor } = pageOf(reservations, limit, (last) => placeOf(last, ofOrder));
      const body = { data: data.map((reservation) => showReservation(reservation, now)), next_cursor };
      return { status: 200, body };
    },
  });

function attributesOf(query: z.infer<typeof reservationListQuery>): ReservationAttributes {
  return {
    orderId: query.order_id ?? null,
    cartId: query.cart_id ?? null,
    customerId: query.customer_id ?? null,
    storeId: query.store_id ?? null,
    source: query.source ?? null,
    sku: query.sku ?? null,
    location: query.location ?? null,
    createdAfter: query.created_after === undefined ? null : parseTime(query.created_after),
    createdBefore: query.created_before === undefined ? null : parseTime(query.created_before),
  };
}

function placeOf({ id, expiresAt }: Reservation, order: Place['order']): Place {
  return order === 'newest' ? { order, id } : { order, expires_at: expiresAt ?? 0, id };
}
