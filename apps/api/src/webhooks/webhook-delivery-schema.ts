import { id, parseTime, storableTime, time } from '@holdfast/contract';
import { anyCloudEvent, exampleOf } from '@holdfast/events';
import { z } from 'zod';
import { cursorTo, idParams, limit, listOf } from '../http/fields-schema.ts';

const deliveryState = z.enum(['pending', 'succeeded', 'failed']).meta({
  description:
    '`pending`: it will be tried, or waits for an earlier one of its reservation. `failed`: not tried again',
});

const EXAMPLE = {
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  event_id: '0199b0c4-61f0-7b52-a0f4-2c8d4e6b9a31',
  event_type: 'warehouse.inventory.expired',
  cause: 'event' as const,
  state: 'pending' as const,
  attempts: 2,
  last_status: 503,
  last_error: 'answered 503',
  response: 'down for maintenance',
  next_attempt_at: '2026-11-20T10:15:07.120Z',
  created_at: '2026-11-20T10:15:00.410Z',
  first_attempt_at: '2026-11-20T10:15:00.340Z',
  last_attempt_at: '2026-11-20T10:15:01.940Z',
  finished_at: null,
};

const EXAMPLE_PAYLOAD = exampleOf('warehouse.inventory.expired', { publicUrl: 'https://holdfast.example' });

const webhookDelivery = z.strictObject({
  id: id(),
  event_id: id().meta({
    description: 'The event’s id, sent as `webhook-id`; the same for all attempts and replays',
  }),
  event_type: z.string(),
  cause: z.enum(['event', 'replay', 'test']),
  state: deliveryState,
  attempts: z.int(),
  last_status: z
    .int()
    .nullable()
    .meta({ description: 'HTTP status of the last answer; null if there was none' }),
  last_error: z.string().nullable(),
  response: z.string().nullable().meta({
    description: 'The first 1,000 characters of the last answer; null if there was none, or it was empty',
  }),
  next_attempt_at: time()
    .nullable()
    .meta({ description: 'null if the delivery has ended, or waits for earlier ones' }),
  created_at: time(),
  first_attempt_at: time().nullable(),
  last_attempt_at: time().nullable(),
  finished_at: time().nullable(),
});

export const webhookDeliveryAnswer = webhookDelivery.meta({ id: 'WebhookDelivery', examples: [EXAMPLE] });

export const webhookDeliveryDetails = webhookDelivery
  .extend({
    payload: anyCloudEvent.nullable().meta({
      description: 'The CloudEvent that every attempt sends; null if the event is not kept any more',
    }),
  })
  .meta({ id: 'WebhookDeliveryDetails', examples: [{ ...EXAMPLE, payload: EXAMPLE_PAYLOAD }] });

export const webhookDeliveryParams = idParams.extend({
  delivery_id: id().meta({ examples: [EXAMPLE.id] }),
});

export const webhookDeliveryListAnswer = listOf('WebhookDeliveryList', webhookDeliveryAnswer, EXAMPLE);

export const webhookDeliveryListQuery = z.strictObject({
  state: deliveryState.optional(),
  limit: limit(),
  cursor: cursorTo(z.tuple([z.int().min(1)]).transform(([after]) => after)).optional(),
});

export const testWebhookBody = z.strictObject({}).meta({ id: 'TestWebhookEndpoint', examples: [{}] });

export const replayWebhookBody = z
  .strictObject({
    event_id: id().optional().meta({ description: 'One event, of any type' }),
    from: storableTime().optional().meta({ description: 'With `to`: replay events from this time on' }),
    to: storableTime()
      .optional()
      .meta({ description: 'With `from`: replay events before this time, of the endpoint’s types' }),
  })
  .refine(
    ({ event_id, from, to }) => (event_id === undefined) !== (from === undefined && to === undefined),
    'must have either event_id, or from and to',
  )
  .refine(({ from, to }) => (from === undefined) === (to === undefined), {
    path: ['to'],
    error: 'and from go together',
  })
  .refine(({ from, to }) => from === undefined || to === undefined || parseTime(from) < parseTime(to), {
    path: ['to'],
    error: 'must be later than from',
  })
  .meta({
    id: 'ReplayWebhook',
    examples: [{ from: '2026-11-20T10:00:00.000Z', to: '2026-11-20T11:00:00.000Z' }],
  });

export const replayAnswer = z
  .strictObject({ queued: z.int().meta({ description: 'Number of events that are sent again' }) })
  .meta({ id: 'WebhookReplayQueued', examples: [{ queued: 312 }] });
