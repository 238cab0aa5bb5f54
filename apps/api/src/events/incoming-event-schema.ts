import type { IncomingHttpHeaders } from 'node:http';
import { id, shortText, time } from '@holdfast/contract';
import { ORDER_EFFECTS } from '@holdfast/domain';
import { eventFormOf, incomingBatch, incomingEvent } from '@holdfast/events';
import { z } from 'zod';
import { Problem, problemBodySchema } from '../http/problem.ts';
import { idListQuery, listOf, openEnum } from '../http/fields-schema.ts';

/** The forms that CloudEvents may be sent in. */
export const incomingEvents = {
  types: {
    'application/cloudevents+json': incomingEvent,
    'application/cloudevents-batch+json': incomingBatch,
    'application/json': z.unknown().meta({
      description: 'The data of an event. Its attributes are in headers: `ce-id`, `ce-source` and so on',
      examples: [{ order_id: 'o-1001', lines: [{ sku: 'TSHIRT-M', quantity: 2 }] }],
    }),
  },
  choose(headers: IncomingHttpHeaders) {
    const form = eventFormOf(headers);
    if (form) return form;
    throw new Problem(
      'unsupported_media_type',
      'Send an event as application/cloudevents+json, or events as application/cloudevents-batch+json, or its data as ' +
        'application/json with the attributes in ce- headers.',
    );
  },
};

const EXAMPLE_PROBLEM = {
  type: 'http://127.0.0.1:3000/problems/unknown-sku',
  title: 'A line names a SKU that does not exist',
  status: 422,
  detail: 'There is no SKU TSHIRT-M. Create it first, with PUT /v1/skus/TSHIRT-M.',
  code: 'unknown_sku' as const,
};

const eventEffect = z
  .strictObject({
    reservation_id: id().nullable().meta({
      description: 'null if the effect is on the order and not on a reservation',
    }),
    effect: openEnum(ORDER_EFFECTS),
  })
  .meta({ id: 'EventEffect' });

const eventResult = z.strictObject({
  id: z.string(),
  source: z.string(),
  state: z.enum(['processed', 'duplicate', 'dead']).meta({
    description:
      '`duplicate`: it was processed before. `dead`: it could not be processed, and is stored. The `source` and `id` of ' +
      'another event: `dead`, with the problem `idempotency_key_reused`',
  }),
  effects: z.array(eventEffect).meta({
    description:
      'The effects of the event, in order. `remembered`: it is stored with the order, and may apply to later events ' +
      'of the order. `refused`: a published event says why. A `duplicate` has the effects of the first time. More ' +
      'effects may be added. If it is empty, `note` or `problem` says why',
  }),
  note: z.string().nullable().meta({ description: 'Why the event had no effect' }),
  reservation_id: id().nullable().meta({ description: 'The order’s reservation, if there is one' }),
  problem: problemBodySchema.nullable().meta({
    description: 'Why the event is dead. If it was processed: the refusal, also published as an event',
  }),
});

const EXAMPLE_RESULT = {
  id: '6f1a4c1e-order-created',
  source: 'https://orders.example.com',
  state: 'processed' as const,
  effects: [{ reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10', effect: 'reserved' as const }],
  note: null,
  reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  problem: null,
};

export const eventResultAnswer = eventResult.meta({ id: 'EventResult', examples: [EXAMPLE_RESULT] });

export const eventResultsAnswer = z
  .strictObject({ results: z.array(eventResultAnswer) })
  .meta({ id: 'EventResults', examples: [{ results: [EXAMPLE_RESULT] }] });

const deadEvent = z.strictObject({
  id: id().meta({ description: 'Use this id to retry the event' }),
  source: z.string(),
  event_id: z.string(),
  type: z.string(),
  problem: problemBodySchema.meta({ description: 'Why the last attempt to process the event failed' }),
  caller: z
    .string()
    .meta({ description: 'The name of the API key that sent the event; `kafka` if it came by Kafka' }),
  deliveries: z.int().meta({ description: 'How often the event was received' }),
  received_at: time().meta({ description: 'When the event was first received' }),
  last_tried_at: time(),
});

const EXAMPLE_DEAD = {
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  source: 'https://orders.example.com',
  event_id: '6f1a4c1e-order-created',
  type: 'order.order.created',
  problem: EXAMPLE_PROBLEM,
  caller: 'orders',
  deliveries: 3,
  received_at: '2026-11-20T10:00:00.120Z',
  last_tried_at: '2026-11-20T10:05:00.340Z',
};

export const deadEventListAnswer = listOf(
  'DeadEventList',
  deadEvent.meta({ id: 'ListedDeadEvent' }),
  EXAMPLE_DEAD,
);

export const deadEventAnswer = deadEvent
  .extend({ event: incomingEvent.meta({ description: 'The event as it was received' }) })
  .meta({ id: 'DeadEvent' });

export const deadEventListQuery = z.strictObject({
  source: shortText().optional(),
  type: shortText().optional(),
  ...idListQuery.shape,
});

export const retryDeadEventsBody = z
  .strictObject({
    source: shortText().optional().meta({ description: 'Retry only events of this source' }),
    type: shortText().optional().meta({ description: 'Retry only events of this type' }),
    limit: z.int().min(1).max(500).default(100).meta({ description: 'Maximum number of events' }),
  })
  .meta({ id: 'RetryDeadEvents', examples: [{ type: 'order.order.created' }] });

export const deadEventsRetriedAnswer = z
  .strictObject({
    processed: z.int().meta({ description: 'Events that left the list' }),
    dead: z.int().meta({ description: 'Events that stay in the list, with their newest reasons' }),
  })
  .meta({ id: 'DeadEventsRetried', examples: [{ processed: 12, dead: 1 }] });

export const retryDeadEventBody = z.strictObject({}).meta({ id: 'RetryDeadEvent', examples: [{}] });
