import { id, shortText, time } from '@holdfast/contract';
import { EVENT_TYPES } from '@holdfast/events';
import { z } from 'zod';
import { listOf } from '../http/fields-schema.ts';

const url = () =>
  z.string().min(1).meta({
    format: 'uri',
    maxLength: 2_000,
    description:
      'An https URL with a public address: up to 2,000 characters, no user, password or fragment. Its host name is resolved for each connection',
  });

const types = () =>
  z
    .array(z.enum(EVENT_TYPES))
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'must not name a type twice')
    .meta({ uniqueItems: true });

export const createWebhookEndpointBody = z
  .strictObject({
    url: url(),
    types: types()
      .optional()
      .meta({ description: 'Event types to send. Absent: all, also types that are added later' }),
    description: shortText().optional().meta({ description: 'Free text for people' }),
  })
  .meta({
    id: 'CreateWebhookEndpoint',
    examples: [
      {
        url: 'https://shop.example.com/hooks/stock',
        types: ['warehouse.inventory.expired', 'warehouse.inventory.confirm_refused'],
        description: 'Shop, refunds',
      },
    ],
  });

export const putWebhookEndpointBody = z
  .strictObject({
    url: url().optional(),
    types: types().nullable().optional().meta({
      description: 'Event types to send from now on. Absent: unchanged. null: all',
    }),
    description: shortText().nullable().optional().meta({ description: 'Absent: unchanged. null: none' }),
    enabled: z.boolean().nullable().optional().meta({
      description: 'An enabled endpoint continues where it stopped. Absent: unchanged. null: true',
    }),
  })
  .meta({ id: 'PutWebhookEndpoint', examples: [{ enabled: true }] });

const EXAMPLE = {
  id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  url: 'https://shop.example.com/hooks/stock',
  types: ['warehouse.inventory.expired' as const, 'warehouse.inventory.confirm_refused' as const],
  description: 'Shop, refunds',
  enabled: true,
  disabled_reason: null,
  failures_in_a_row: 0,
  resting_until: null,
  previous_secret_until: null,
  created_by: 'shop',
  created_at: '2026-11-20T10:00:00.000Z',
  updated_at: '2026-11-20T10:00:00.000Z',
};

const webhookEndpoint = z.strictObject({
  id: id(),
  url: z.string(),
  types: z.array(z.string()).nullable().meta({ description: 'Event types that are sent; null: all' }),
  description: z.string().nullable(),
  enabled: z.boolean(),
  disabled_reason: z.string().nullable().meta({ description: 'Why the endpoint is disabled' }),
  failures_in_a_row: z.int().meta({
    description: 'Failed attempts in a row, counted over all events. From 10 on, deliveries pause',
  }),
  resting_until: time().nullable().meta({
    description:
      'Set after 10 failed attempts in a row. Until then (at most a minute) nothing is sent, then one event',
  }),
  previous_secret_until: time()
    .nullable()
    .meta({ description: 'After a rotation, the previous secret signs too until this time' }),
  created_by: z.string().nullable().meta({
    description: 'Name of the API key that created the endpoint. null: an earlier release created it',
  }),
  created_at: time(),
  updated_at: time().meta({ description: 'When a call last changed the endpoint' }),
});

export const webhookEndpointAnswer = webhookEndpoint.meta({ id: 'WebhookEndpoint', examples: [EXAMPLE] });

export const webhookEndpointListAnswer = listOf('WebhookEndpointList', webhookEndpointAnswer, EXAMPLE);

export const webhookSecretAnswer = webhookEndpoint
  .extend({
    secret: z.string().nullable().meta({
      description:
        'Signs each request: `whsec_` and 32 bytes in base64. Shown only in this answer. null: the call is replayed',
    }),
    note: z.string().nullable().meta({ description: 'Why there is no secret' }),
  })
  .meta({
    id: 'WebhookEndpointWithSecret',
    examples: [{ ...EXAMPLE, secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfSx0Ts3JQ=', note: null }],
  });

export const rotateSecretBody = z.strictObject({}).meta({ id: 'RotateWebhookSecret', examples: [{}] });
