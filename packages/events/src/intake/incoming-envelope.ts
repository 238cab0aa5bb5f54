import { requestTime, shortText } from '@holdfast/contract';
import { z } from 'zod';

const JSON_TYPE = /^[\w.-]+\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i;

/** A megabyte can be 500,000 levels deep, too many for the stack of Node and of PostgreSQL. */
const DEPTH_MAX = 64;

const EXAMPLE = {
  specversion: '1.0' as const,
  id: '6f1a4c1e-order-created',
  source: 'https://orders.example.com',
  type: 'order.order.created',
  time: '2026-11-20T10:00:00Z',
  data: { order_id: 'o-1001', lines: [{ sku: 'TSHIRT-M', quantity: 2 }] },
};

/**
 * A CloudEvent 1.0 of another service, with any further attributes. `data` is checked by its type later. An
 * attribute that is null is not set (JSON format 1.0, 3.1).
 */
export const incomingEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: shortText().meta({
      description: 'Identifies the event together with `source`. A repeat has no further effect',
    }),
    source: shortText(),
    type: shortText(),
    subject: z.string().min(1).nullish(),
    time: requestTime().nullish(),
    dataschema: z.string().min(1).nullish(),
    datacontenttype: z
      .string()
      .regex(JSON_TYPE, 'must be a JSON content type, as only JSON is read')
      .nullish(),
    data: z.unknown().optional(),
    data_base64: z.null('must not be there: send the data as JSON, in data').optional(),
  })
  .refine((event) => isNestedAtMost(DEPTH_MAX, event), `may be nested at most ${DEPTH_MAX} deep`)
  .meta({
    id: 'IncomingEvent',
    description: 'A CloudEvent 1.0, with any extensions',
    examples: [EXAMPLE],
  });

function isNestedAtMost(levels: number, value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true;
  return levels > 0 && Object.values(value).every((member) => isNestedAtMost(levels - 1, member));
}

export type IncomingEvent = z.infer<typeof incomingEvent>;

/** Of one request; it has at most 1 MB anyway. */
const BATCH_MAX = 100;

export const incomingBatch = z
  .array(incomingEvent)
  .min(1)
  .max(BATCH_MAX)
  .meta({ id: 'IncomingEventBatch', examples: [[EXAMPLE]] });
