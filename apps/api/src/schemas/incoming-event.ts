import type { IncomingHttpHeaders } from 'node:http';
import { id, shortText, time } from '@holdfast/contract';
import { eventFormOf, incomingBatch, incomingEvent } from '@holdfast/events';
import { z } from 'zod';
import { Problem } from '../http/problem.ts';
import { cursorTo, limit, nextCursor } from './fields.ts';
import { problemDocument } from './problem.ts';

/** The forms that CloudEvents may be sent in. */
export const incomingEvents = {
  types: {
    'application/cloudevents+json': incomingEvent,
    'application/cloudevents-batch+json': incomingBatch,
    'application/json': z.unknown().meta({
      description: 'The data of an event, whose attributes are headers: `ce-id`, `ce-source` and so on',
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
  type: '/problems/unknown-sku',
  title: 'A line names a SKU that does not exist',
  status: 422,
  detail: 'There is no SKU TSHIRT-M. Create it first, with PUT /v1/skus/TSHIRT-M.',
  code: 'unknown_sku' as const,
};

const problem = problemDocument.omit({ instance: true }).meta({ id: 'EventProblem' });

const eventResult = z.strictObject({
  id: z.string(),
  source: z.string(),
  state: z.enum(['processed', 'duplicate', 'dead']).meta({
    description:
      '`duplicate`: it was processed before. `dead`: it cannot be processed as things are, and is kept',
  }),
  reservation_id: id().nullable().meta({ description: 'Of the order’s reservation, where there is one' }),
  problem: problem.nullable().meta({
    description:
      'Why it is dead. Or, of one that was processed, what was refused, and has been told by an event',
  }),
});

const EXAMPLE_RESULT = {
  id: '6f1a4c1e-order-created',
  source: 'https://orders.example.com',
  state: 'processed' as const,
  reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  problem: null,
};

export const eventResultAnswer = eventResult.meta({ id: 'EventResult', examples: [EXAMPLE_RESULT] });

export const eventResultsAnswer = z
  .strictObject({ results: z.array(eventResult) })
  .meta({ id: 'EventResults', examples: [{ results: [EXAMPLE_RESULT] }] });

const deadEvent = z.strictObject({
  id: id().meta({ description: 'By which it is retried' }),
  source: z.string(),
  event_id: z.string(),
  type: z.string(),
  problem: problem.meta({ description: 'Why it could not be processed when it was tried last' }),
  caller: z.string().meta({ description: 'The API key that sent it last' }),
  deliveries: z.int().meta({ description: 'How often it was sent' }),
  received_at: time().meta({ description: 'When it came first' }),
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

export const deadEventListAnswer = z
  .strictObject({ data: z.array(deadEvent), next_cursor: nextCursor })
  .meta({ id: 'DeadEventList', examples: [{ data: [EXAMPLE_DEAD], next_cursor: null }] });

export const deadEventAnswer = deadEvent
  .extend({ event: incomingEvent.meta({ description: 'As it came' }) })
  .meta({ id: 'DeadEvent' });

export const deadEventListQuery = z.strictObject({
  source: shortText().optional(),
  type: shortText().optional(),
  limit: limit(),
  cursor: cursorTo(z.tuple([id()]).transform(([after]) => after)).optional(),
});

export const retryDeadEventBody = z.strictObject({}).meta({ id: 'RetryDeadEvent', examples: [{}] });
