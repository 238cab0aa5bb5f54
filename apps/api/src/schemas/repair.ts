import { z } from 'zod';

export const repairBody = z
  .strictObject({
    dry_run: z.boolean().default(false).meta({ description: 'Only say what would be done' }),
  })
  .meta({ id: 'RepairConsistency', examples: [{ dry_run: true }] });

export const repairQuery = z.strictObject({
  deep: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .meta({
      description:
        'Look at the sums of all movements too, which takes seconds for each few million. Without it, a wrong `on_hand` is found only if the level has not moved since',
    }),
});

const repair = z.strictObject({
  sku: z.string(),
  location: z.string(),
  kind: z.enum(['on_hand', 'reserved', 'allocated', 'level_seq']),
  expected: z.int().meta({ description: 'What the records say, and what the counter is after the repair' }),
  actual: z.int().meta({ description: 'What the counter was' }),
});

export const repairAnswer = z
  .strictObject({
    dry_run: z.boolean(),
    repairs: z.array(repair).meta({ description: 'What was mended, or, in a dry run, would be' }),
    unrepaired: z
      .array(repair)
      .meta({ description: 'Wrong, and left alone: the movements add up to less than nothing' }),
  })
  .meta({
    id: 'Repair',
    examples: [
      {
        dry_run: false,
        repairs: [{ sku: 'MUG', location: 'WH-EAST', kind: 'reserved', expected: 2, actual: 9 }],
        unrepaired: [],
      },
    ],
  });
