import { z } from 'zod';
import { id, time } from './fields.ts';

export const stockMovementAnswer = z
  .strictObject({
    id: id(),
    at: time(),
    sku: z.string(),
    location: z.string(),
    level_seq: z.int().meta({ description: 'Counts the movements of the level, without a gap' }),
    kind: z
      .enum([
        'reserve',
        'confirm',
        'release',
        'expire',
        'cancel',
        'fulfill',
        'set',
        'adjust',
        'drift',
        'repair',
      ])
      .meta({ description: '`drift` records what was changed behind the ledger’s back, `repair` mends it' }),
    on_hand_delta: z.int(),
    reserved_delta: z.int(),
    allocated_delta: z.int(),
    on_hand: z.int().meta({ description: 'After the movement, as the next two' }),
    reserved: z.int(),
    allocated: z.int(),
    reservation_id: id().nullable(),
    reason: z.string().nullable(),
    caller: z.string(),
  })
  .meta({ id: 'StockMovement' });
