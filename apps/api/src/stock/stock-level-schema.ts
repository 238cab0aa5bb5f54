import { shortText, stockLevelAnswer, units } from '@holdfast/contract';
import { z } from 'zod';

export const stockLevelParams = z.strictObject({
  sku: shortText().meta({ description: 'The SKU’s name', examples: ['TSHIRT-M'] }),
  location: shortText().meta({ description: 'The location’s name', examples: ['WH-EAST'] }),
});

/** Fields that a PUT and a PATCH may change besides the units. Null clears a field; absent: unchanged. */
const settings = {
  safety_stock: units()
    .nullable()
    .optional()
    .meta({ description: 'Units that are not offered for sale. Absent: unchanged. null: 0' }),
  backorder_limit: units().nullable().optional().meta({
    description:
      'How many units may be promised beyond those on hand. Lowering it may cause a shortfall. Absent: unchanged. null: 0',
  }),
  reason: shortText().nullable().optional().meta({ description: 'Recorded in the movement' }),
};

export const putStockLevelBody = z
  .strictObject({
    on_hand: units().meta({ description: 'The counted units: 0 to 1,000,000,000' }),
    ...settings,
  })
  .meta({ id: 'PutStockLevel', examples: [{ on_hand: 120, safety_stock: 5, reason: 'counted' }] });

export const patchStockLevelBody = z
  .strictObject({
    on_hand: units().optional().meta({ description: 'The counted units. Absent: unchanged' }),
    ...settings,
  })
  .refine((body) => Object.keys(body).length > 0, 'names nothing to change')
  .meta({ id: 'PatchStockLevel', minProperties: 1, examples: [{ safety_stock: 5 }] });

type Settings = Omit<z.infer<typeof patchStockLevelBody>, 'on_hand'>;

/** In the form of commands: null leaves a field as it is. */
export const settingsOf = ({ safety_stock, backorder_limit, reason = null }: Settings) => ({
  safetyStock: safety_stock === null ? 0 : (safety_stock ?? null),
  backorderLimit: backorder_limit === null ? 0 : (backorder_limit ?? null),
  reason,
});

export const levelAnswer = {
  schema: stockLevelAnswer,
  headers: { ETag: 'The level’s version in quotes, for If-Match' },
};

export const entityTag = ({ version }: { readonly version: number }) => ({ ETag: `"${version}"` });
