import { id, time } from '@holdfast/contract';
import { MOVEMENT_KINDS } from '@holdfast/domain';
import { z } from 'zod';

export const stockMovementAnswer = z
  .strictObject({
    id: id(),
    at: time(),
    sku: z.string(),
    location: z.string(),
    level_seq: z
      .int()
      .meta({ description: 'Sequence number of the movement within its level, without gaps' }),
    kind: z.enum(MOVEMENT_KINDS).meta({
      description: '`drift` records a change that was made outside the ledger, `repair` corrects it',
    }),
    on_hand_delta: z.int(),
    reserved_delta: z.int(),
    allocated_delta: z.int(),
    backorder_limit_delta: z.int().meta({ description: 'By how much a `set` changed the `backorder_limit`' }),
    on_hand: z.int().meta({ description: 'The value after the movement; so are `reserved` and `allocated`' }),
    reserved: z.int(),
    allocated: z.int(),
    reservation_id: id()
      .nullable()
      .meta({ description: 'The reservation that caused the movement; null for `set` and `adjust`' }),
    order_id: z.string().nullable().meta({ description: 'The order that this reservation has now' }),
    import_id: id().nullable().meta({ description: 'The import that caused the movement' }),
    reason: z.string().nullable().meta({
      description: 'The reason that the caller gave; `import <id>` for a row of a file without one',
    }),
    caller: z.string().meta({ description: 'The API key’s name; `anonymous` without API keys' }),
  })
  .meta({ id: 'StockMovement' });
