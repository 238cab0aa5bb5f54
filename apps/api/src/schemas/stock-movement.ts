import { id, time } from '@holdfast/contract';
import { z } from 'zod';

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
    reservation_id: id()
      .nullable()
      .meta({ description: 'Whose movement it is; null for `set` and `adjust`' }),
    reason: z.string().nullable().meta({
      description: 'As the caller gave it; `import <id>` for a row of a file',
    }),
    caller: z.string().meta({ description: 'The API key’s name; `anonymous` where there are no keys' }),
  })
  .meta({ id: 'StockMovement' });
