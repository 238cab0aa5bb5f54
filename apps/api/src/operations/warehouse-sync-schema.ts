import { id, syncState, warehouseSync } from '@holdfast/contract';
import { z } from 'zod';
import { idListQuery, listOf } from '../http/fields-schema.ts';

const EXAMPLE = {
  id: '0199b0c4-6a11-7d20-8c33-5b7e9d0a1f42',
  reservation_id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  action: 'confirm' as const,
  state: 'failed' as const,
  attempts: 8,
  last_status: 503,
  last_error: 'the gateway answered 503',
  next_attempt_at: null,
};

const listedSync = warehouseSync.extend({ reservation_id: id() });

export const syncAnswer = listedSync.meta({ id: 'ListedWarehouseSync', examples: [EXAMPLE] });

export const syncListAnswer = listOf('WarehouseSyncList', listedSync, EXAMPLE);

export const syncListQuery = z.strictObject({ state: syncState.optional(), ...idListQuery.shape });

export const retrySyncBody = z.strictObject({}).meta({ id: 'RetryWarehouseSync', examples: [{}] });

export const retrySyncsBody = z
  .strictObject({
    state: z.literal('failed').meta({ description: 'Only failed syncs can be retried' }),
    limit: z
      .int()
      .min(1)
      .max(10_000)
      .default(1_000)
      .meta({ description: 'Maximum number of syncs, the oldest first' }),
  })
  .meta({ id: 'RetryWarehouseSyncs', examples: [{ state: 'failed', limit: 1_000 }] });

export const retrySyncsAnswer = z
  .strictObject({ retried: z.int().meta({ description: 'Number of syncs that wait to be sent again' }) })
  .meta({ id: 'WarehouseSyncsRetried', examples: [{ retried: 12 }] });
