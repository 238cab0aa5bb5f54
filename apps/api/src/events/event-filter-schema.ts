import { id, shortText } from '@holdfast/contract';
import { EVENT_TYPES, type EventFilter, type EventType } from '@holdfast/events';
import { z } from 'zod';
import { cursorTo, ONE_OR_SEVERAL } from '../http/fields-schema.ts';

const isEventType = (type: string): type is EventType => EVENT_TYPES.some((known) => known === type);

/** `?types=a,b&types=c`. */
const types = z
  .union([z.string(), z.array(z.string())])
  .transform((sent, context) => {
    const wanted = [sent].flat().flatMap((list) => list.split(','));
    const unknown = wanted.find((type) => !isEventType(type));
    if (unknown === undefined) return wanted.filter(isEventType);
    const message = `names no type of event: ${unknown}; there are ${EVENT_TYPES.join(', ')}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  })
  .meta({
    ...ONE_OR_SEVERAL,
    description: `Return only events of these types, separated by commas or repeated. Default: all types. The types are ${EVENT_TYPES.join(', ')}`,
  });

/** Which events a reader of the feed wants: an event must fit all that is given. */
export const eventFilterFields = {
  types: types.optional(),
  sku: shortText().optional().meta({
    description: 'Return only events of reservations with a line of this SKU, and of its stock levels',
  }),
  reservation_id: id().optional().meta({ description: 'Return only events of this reservation' }),
  order_id: shortText().optional().meta({
    description:
      'Return only events that have this `order_id`: a hold that gets its order later has no `order_id` in earlier events',
  }),
};

export function filterOf(sent: z.infer<z.ZodObject<typeof eventFilterFields>>): EventFilter {
  return {
    types: sent.types ?? null,
    sku: sent.sku ?? null,
    reservationId: sent.reservation_id ?? null,
    orderId: sent.order_id ?? null,
  };
}

/** A place in the feed. */
export const feedCursor = () =>
  cursorTo(z.tuple([z.int().nonnegative()]).transform(([position]) => position));
