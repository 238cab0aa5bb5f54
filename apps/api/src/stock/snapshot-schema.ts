import { id, shortText, time } from '@holdfast/contract';
import { z } from 'zod';
import { cursorTo, limit, listOf, nextCursor } from '../http/fields-schema.ts';

export const takeSnapshotBody = z.strictObject({}).meta({ id: 'TakeSnapshot', examples: [{}] });

const EXAMPLE = {
  id: '0199b0c4-5f0e-7c3a-9d55-3d2c1f6a7b10',
  taken_at: '2026-11-20T10:15:00.000Z',
  caller: 'warehouse-desk',
  total_stock_levels: 2,
  on_hand: 140,
  reserved: 12,
  allocated: 9,
  shortfall: 0,
};

const unitsInAllLevels = z.int().meta({ description: 'Units in all stock levels' });

const snapshot = z.strictObject({
  id: id(),
  taken_at: time(),
  caller: z.string().meta({ description: 'The caller that took the snapshot' }),
  total_stock_levels: z.int(),
  on_hand: unitsInAllLevels,
  reserved: unitsInAllLevels,
  allocated: unitsInAllLevels,
  shortfall: unitsInAllLevels,
});

export const snapshotAnswer = snapshot.meta({ id: 'InventorySnapshot', examples: [EXAMPLE] });

export const snapshotListAnswer = listOf('InventorySnapshotList', snapshotAnswer, EXAMPLE);

const snapshotLevel = z
  .strictObject({
    sku: z.string(),
    location: z.string(),
    on_hand: z.int(),
    reserved: z.int(),
    allocated: z.int(),
    safety_stock: z.int(),
    backorder_limit: z.int().meta({ description: '0 in snapshots that are older than this field' }),
    backordered: z.int(),
    shortfall: z.int(),
    available: z.int().meta({
      description: 'Calculated from these counters, whether or not the location and the SKU were active',
    }),
    version: z.int(),
  })
  .meta({ id: 'InventorySnapshotLevel' });

export const snapshotLevelsAnswer = snapshot
  .extend({
    data: z.array(snapshotLevel).meta({ description: 'The levels, by SKU and location' }),
    next_cursor: nextCursor,
  })
  .meta({
    id: 'InventorySnapshotLevels',
    examples: [
      {
        ...EXAMPLE,
        data: [
          {
            sku: 'MUG',
            location: 'WH-EAST',
            on_hand: 100,
            reserved: 10,
            allocated: 4,
            safety_stock: 5,
            backorder_limit: 0,
            backordered: 0,
            shortfall: 0,
            available: 81,
            version: 3,
          },
          {
            sku: 'TSHIRT-M',
            location: 'WH-WEST',
            on_hand: 40,
            reserved: 2,
            allocated: 5,
            safety_stock: 0,
            backorder_limit: 0,
            backordered: 0,
            shortfall: 0,
            available: 33,
            version: 1,
          },
        ],
        next_cursor: null,
      },
    ],
  });

/** After a level, within one snapshot. */
export const snapshotLevelsQuery = z.strictObject({
  limit: limit(),
  cursor: cursorTo(
    z.tuple([shortText(), shortText()]).transform(([sku, location]) => ({ sku, location })),
  ).optional(),
});
