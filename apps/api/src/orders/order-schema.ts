import { givenName, id, reservationAnswer, shortText, time } from '@holdfast/contract';
import { ORDER_EFFECTS, ORDER_RESERVATIONS_MAX } from '@holdfast/domain';
import { z } from 'zod';
import { openEnum } from '../http/fields-schema.ts';
import { problemBodySchema } from '../http/problem.ts';
import { parts } from '../reservations/reservation-schema.ts';

export const orderParams = z.strictObject({
  order_id: shortText().meta({ description: 'The order’s name', examples: ['o-1001'] }),
});

export const orderAnswer = z
  .strictObject({
    order_id: z.string(),
    paid_at: time().nullable().meta({
      description: 'When an event or a confirm of the order reported its payment; null if neither did',
    }),
    cancelled_at: time().nullable().meta({ description: 'From then on nothing is reserved for the order' }),
    reservations: z.array(reservationAnswer).meta({
      description: `Oldest first. An order may have ${ORDER_RESERVATIONS_MAX}; of more, the newest are shown`,
    }),
  })
  .meta({ id: 'Order' });

const orderCallEffect = z
  .strictObject({
    reservation_id: id()
      .nullable()
      .meta({ description: 'null if the effect is on the order and not on a reservation' }),
    effect: openEnum(ORDER_EFFECTS),
    problem: problemBodySchema.nullable().meta({ description: 'Why, if the effect is `refused`' }),
  })
  .meta({ id: 'OrderCallEffect' });

export const orderCallAnswer = z
  .strictObject({
    order: orderAnswer.meta({ description: 'The order after the call' }),
    results: z
      .array(orderCallEffect)
      .meta({ description: 'What the call did, in order. Empty if it was done before' }),
  })
  .meta({ id: 'OrderResult' });

export const confirmOrderBody = z
  .strictObject({
    payment_reference: shortText().optional(),
    on_expired: z.enum(['reject', 'reacquire']).default('reject'),
    atomic: z
      .boolean()
      .default(true)
      .meta({ description: 'true: all reservations or none. false: those that can be confirmed' }),
    reason: shortText().optional(),
  })
  .meta({ id: 'ConfirmOrder', examples: [{ payment_reference: 'pay-1001' }] });

export const cancelOrderBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'CancelOrder', examples: [{ reason: 'the customer cancelled' }] });

export const fulfillOrderBody = z
  .strictObject({
    lines: parts().optional().meta({
      description: 'Units to deduct, from the oldest reservation first. Default: all that are left',
    }),
    fulfillment_id: givenName('Counts once for each order, without a time limit').optional(),
  })
  .meta({ id: 'FulfillOrder', examples: [{ fulfillment_id: 'f-1001' }] });
