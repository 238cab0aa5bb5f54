import {
  id,
  quantity,
  shortText,
  storableTime,
  syncAction,
  syncState,
  time,
  warehouseSync,
} from '@holdfast/contract';
import { z } from 'zod';
import { idListQuery, listOf } from '../http/fields-schema.ts';

const EXAMPLE = {
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  order_id: 'order-1001',
  action: 'confirm' as const,
  state: 'failed' as const,
  attempts: 8,
  last_status: 503,
  last_error: 'the gateway answered 503',
  next_attempt_at: null,
  created_at: '2026-11-20T09:12:31.004Z',
};

const orderId = shortText().nullable();

const listedSync = warehouseSync.extend({ reservation_id: id(), order_id: orderId, created_at: time() });

export const syncAnswer = listedSync.meta({ id: 'ListedWarehouseSync', examples: [EXAMPLE] });

export const syncListAnswer = listOf('WarehouseSyncList', syncAnswer, EXAMPLE);

export const syncListQuery = z.strictObject({
  state: syncState.optional(),
  order_id: shortText().optional().meta({ description: 'Return only syncs of reservations of this order' }),
  reservation_id: id().optional().meta({ description: 'Return only syncs of this reservation' }),
  since: storableTime().optional().meta({ description: 'Return only syncs created at this time or later' }),
  sort: z.enum(['newest', 'oldest']).default('newest').meta({ description: 'Which come first' }),
  ...idListQuery.shape,
});

export const syncRetry = z
  .strictObject({ at: time(), caller: z.string(), reason: z.string().nullable() })
  .nullable()
  .meta({ description: 'The last `retry` call before this attempt; null if there was none' });

const attempt = z
  .strictObject({
    number: z.int(),
    started_at: time(),
    finished_at: time()
      .nullable()
      .meta({ description: 'null while the attempt runs, or if its worker ended' }),
    status: z.int().nullable().meta({ description: 'null if no complete answer arrived' }),
    error: z.string().nullable(),
    answer: z.string().nullable().meta({ description: 'The first 1,000 characters of the gateway’s answer' }),
    next_attempt_at: time().nullable(),
    retry: syncRetry,
  })
  .meta({ id: 'WarehouseSyncAttempt' });

const sentLine = z
  .strictObject({ sku: shortText(), location: shortText(), quantity: quantity() })
  .meta({ id: 'SentLine' });

export const ATTEMPTS_SHOWN_MAX = 100;

export const syncDetailsAnswer = listedSync
  .extend({
    finished_at: time().nullable(),
    sent: z
      .strictObject({
        reservation_id: id(),
        order_id: orderId,
        action: syncAction,
        lines: z.array(sentLine),
        occurred_at: time(),
      })
      .meta({ description: 'The body of every attempt. The `Idempotency-Key` is the sync’s `id`' }),
    attempt_history: z
      .array(attempt)
      .meta({ description: `The last ${ATTEMPTS_SHOWN_MAX} attempts that are kept, oldest first` }),
  })
  .meta({
    id: 'WarehouseSyncDetails',
    examples: [
      {
        ...EXAMPLE,
        finished_at: '2026-11-20T09:15:40.120Z',
        sent: {
          reservation_id: EXAMPLE.reservation_id,
          order_id: EXAMPLE.order_id,
          action: EXAMPLE.action,
          lines: [{ sku: 'MUG', location: 'EAST', quantity: 2 }],
          occurred_at: EXAMPLE.created_at,
        },
        attempt_history: [
          {
            number: 8,
            started_at: '2026-11-20T09:15:39.900Z',
            finished_at: '2026-11-20T09:15:40.120Z',
            status: EXAMPLE.last_status,
            error: EXAMPLE.last_error,
            answer: '{"error":"maintenance"}',
            next_attempt_at: null,
            retry: { at: '2026-11-20T09:15:39.400Z', caller: 'ops/ada', reason: 'maintenance is over' },
          },
        ],
      },
    ],
  });

export const retrySyncBody = z
  .strictObject({ reason: shortText().optional() })
  .meta({ id: 'RetryWarehouseSync', examples: [{ reason: 'maintenance is over' }] });

export const retrySyncsBody = z
  .strictObject({
    state: z.literal('failed').meta({ description: 'Only failed syncs can be retried' }),
    limit: z
      .int()
      .min(1)
      .max(10_000)
      .default(1_000)
      .meta({ description: 'Maximum number of syncs, the oldest first' }),
    reason: shortText().optional(),
  })
  .meta({ id: 'RetryWarehouseSyncs', examples: [{ state: 'failed', limit: 1_000 }] });

export const retrySyncsAnswer = z
  .strictObject({ retried: z.int().meta({ description: 'Number of syncs that wait to be sent again' }) })
  .meta({ id: 'WarehouseSyncsRetried', examples: [{ retried: 12 }] });
