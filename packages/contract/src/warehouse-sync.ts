import { z } from 'zod';
import { id, time } from './fields.ts';

export const syncAction = z.enum(['confirm', 'release', 'expire', 'cancel']);

export const syncState = z.enum(['pending', 'in_flight', 'succeeded', 'failed', 'superseded']).meta({
  description:
    '`failed`: given up after all attempts, until it is retried. `superseded`: never to be told, as something later of ' +
    'its reservation was, or is to be',
});

/** A sync as a reservation shows its newest one. */
export const warehouseSync = z
  .strictObject({
    id: id(),
    action: syncAction,
    state: syncState,
    attempts: z.int().meta({
      description: 'All there were, also before it was retried; a 429 and a refused connection do not count',
    }),
    last_status: z.int().nullable().meta({ description: 'null: no whole answer came' }),
    last_error: z.string().nullable(),
    next_attempt_at: time().nullable(),
  })
  .meta({ id: 'WarehouseSync' });
