import { cloudEventOf, EVENT_TYPES, type EventType } from '@holdfast/events';
import { z } from 'zod';
import { cursorTo, limit } from '../http/fields-schema.ts';

const WAIT_MAX_SECONDS = 30;

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
    description: `Return only events of these types, separated by commas or repeated. Default: all types. The types are ${EVENT_TYPES.join(', ')}`,
  });

const waitSeconds = z
  .string()
  .regex(/^\d{1,2}$/, `must be a whole number from 0 to ${WAIT_MAX_SECONDS}`)
  .transform(Number)
  .refine((value) => value <= WAIT_MAX_SECONDS, `must be a whole number from 0 to ${WAIT_MAX_SECONDS}`)
  .default(0)
  .meta({
    description: `How many seconds to wait for new events if there are none, 0 to ${WAIT_MAX_SECONDS}. Default 0`,
  });

export const eventFeedQuery = z.strictObject({
  after: cursorTo(z.tuple([z.int().nonnegative()]).transform(([position]) => position))
    .optional()
    .meta({
      description: 'The `next_cursor` of the previous page. Default: the oldest event that is kept',
    }),
  types: types.optional(),
  limit: limit(),
  wait_seconds: waitSeconds,
});

export const eventFeedAnswer = z
  .strictObject({
    data: z.array(z.union(EVENT_TYPES.map(cloudEventOf))),
    next_cursor: z.string().meta({
      description:
        'Send it as `after` to get the next page, even after an empty page. Never null, as the feed has no end',
    }),
  })
  .meta({ id: 'EventFeed' });
