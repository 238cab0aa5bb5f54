import { cloudEventOf, EVENT_TYPES, type EventType } from '@holdfast/events';
import { z } from 'zod';
import { cursorTo, limit } from './fields.ts';

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
    description: `Only events of these types: separated by commas, or repeated. Without it: all. Known are ${EVENT_TYPES.join(', ')}`,
  });

const waitSeconds = z
  .string()
  .regex(/^\d{1,2}$/, `must be a whole number from 0 to ${WAIT_MAX_SECONDS}`)
  .transform(Number)
  .refine((value) => value <= WAIT_MAX_SECONDS, `must be a whole number from 0 to ${WAIT_MAX_SECONDS}`)
  .default(0)
  .meta({
    description: `How long to wait for something new where there is nothing, 0 to ${WAIT_MAX_SECONDS}. Default 0`,
  });

export const eventFeedQuery = z.strictObject({
  after: cursorTo(z.tuple([z.int().nonnegative()]).transform(([position]) => position))
    .optional()
    .meta({
      description: 'The `next_cursor` of the page before; without it, from the oldest event that is kept',
    }),
  types: types.optional(),
  limit: limit(),
  wait_seconds: waitSeconds,
});

export const eventFeedAnswer = z
  .strictObject({
    data: z.array(z.union(EVENT_TYPES.map(cloudEventOf))),
    next_cursor: z.string().meta({
      description: 'Give it as `after` to read on, also after an empty page. Never null: the feed has no end',
    }),
  })
  .meta({ id: 'EventFeed' });
