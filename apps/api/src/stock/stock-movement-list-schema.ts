import { id, shortText } from '@holdfast/contract';
import { movementListOf } from '@holdfast/stock';
import { z } from 'zod';
import { cursorTo, limit, nextCursor } from '../http/fields-schema.ts';
import { stockMovementAnswer } from './stock-movement-schema.ts';

/** Where a page has ended. Each list has places of its own: one cannot be read on in another. */
const place = z.discriminatedUnion('list', [
  z.strictObject({ list: z.enum(['all', 'sku', 'location', 'reservation']), id: id() }),
  z.strictObject({ list: z.literal('level'), level_seq: z.int().min(1) }),
]);

export type StockMovementPlace = z.infer<typeof place>;

const filter = z.strictObject({
  sku: shortText().optional().meta({ description: 'Only movements of this SKU' }),
  location: shortText().optional().meta({ description: 'Only movements at this location' }),
  reservation_id: id().optional().meta({ description: 'Only movements of this reservation' }),
});

/** What is wanted, in the words of who reads it. */
export function movementFilter({ sku, location, reservation_id }: z.infer<typeof filter>) {
  return { sku: sku ?? null, location: location ?? null, reservationId: reservation_id ?? null };
}

export const stockMovementListQuery = filter
  .extend({ limit: limit(), cursor: cursorTo(place).optional() })
  .refine(({ cursor, ...wanted }) => !cursor || cursor.list === movementListOf(movementFilter(wanted)), {
    path: ['cursor'],
    error: 'is of a list by something else',
  });

export const stockMovementListAnswer = z
  .strictObject({ data: z.array(stockMovementAnswer), next_cursor: nextCursor })
  .meta({
    id: 'StockMovementList',
    examples: [
      {
        data: [
          {
            id: '0199b0c4-6f0e-7c52-9a51-3f1f0e6f8a11',
            at: '2026-11-20T10:00:00.000Z',
            sku: 'TSHIRT-M',
            location: 'WH-WEST',
            level_seq: 17,
            kind: 'reserve',
            on_hand_delta: 0,
            reserved_delta: 2,
            allocated_delta: 0,
            on_hand: 40,
            reserved: 5,
            allocated: 3,
            reservation_id: '0199b0c4-6f0d-7a7e-8f44-5d1c2b9a0e77',
            reason: null,
            caller: 'web-checkout',
          },
        ],
        next_cursor: null,
      },
    ],
  });
