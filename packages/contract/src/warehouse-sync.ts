import { z } from 'zod';
import { id, time } from './fields.ts';

/** The changes that are synced to the Warehouse Gateway. The domain, which imports nothing, repeats them. */
export const syncAction = z.enum(['confirm', 'release', 'expire', 'cancel']);
export type SyncAction = z.infer<typeof syncAction>;

/**
 * Whether a sync goes before those that are not urgent. People wait for paid and cancelled orders; the end of
 * a hold only corrects the warehouse's records.
 */
export const isUrgentSync = (action: SyncAction): boolean => action === 'confirm' || action === 'cancel';

export const syncState = z.enum(['pending', 'in_flight', 'succeeded', 'failed', 'superseded']).meta({
  description:
    '`failed`: not tried again after all attempts, until you retry it. `superseded`: not sent, as the ' +
    'reservation ended before the warehouse was notified of it',
});
export type SyncState = z.infer<typeof syncState>;

/** A sync as a reservation shows its newest one. */
export const warehouseSync = z
  .strictObject({
    id: id(),
    action: syncAction,
    state: syncState,
    attempts: z.int().meta({
      description: 'All attempts, including those before a retry. A 429 or refused connection does not count',
    }),
    last_status: z.int().nullable().meta({ description: 'null if no complete answer arrived' }),
    last_error: z.string().nullable(),
    next_attempt_at: time().nullable(),
  })
  .meta({ id: 'WarehouseSync' });
