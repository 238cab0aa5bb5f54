import { id, requestTime, reservationAnswer, reservationStatus, shortText } from '@holdfast/contract';
import { z } from 'zod';
import { cursorTo, limit, milliseconds, nextCursor } from '../http/fields-schema.ts';

/** Where a page has ended. The two orders have places of their own: one cannot be read on in the other. */
const place = z.discriminatedUnion('order', [
  z.strictObject({ order: z.literal('newest'), id: id() }),
  z.strictObject({ order: z.literal('soonest'), expires_at: milliseconds(), id: id() }),
]);

export type ReservationPlace = z.infer<typeof place>;

export const reservationListQuery = z
  .strictObject({
    status: reservationStatus.optional().meta({
      description: 'A hold is `expired` from `expires_at` on, even before its stock is given back',
    }),
    order_id: shortText().optional(),
    cart_id: shortText().optional(),
    expires_before: requestTime().optional().meta({
      description:
        'Needs `status=held`. Only holds that end before this time, soonest first. RFC 3339 with any offset, whose + is %2B in a URL',
    }),
    limit: limit(),
    cursor: cursorTo(place).optional(),
  })
  .refine((query) => query.expires_before === undefined || query.status === 'held', {
    path: ['expires_before'],
    error: 'goes with status=held',
  })
  .refine(
    ({ cursor, expires_before }) =>
      !cursor || cursor.order === (expires_before === undefined ? 'newest' : 'soonest'),
    { path: ['cursor'], error: 'is of a list in another order' },
  );

export const reservationListAnswer = z
  .strictObject({ data: z.array(reservationAnswer), next_cursor: nextCursor })
  .meta({ id: 'ReservationList' });
