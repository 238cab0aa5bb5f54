import { z } from 'zod';
import { counterIssue } from './consistency-schema.ts';

export const repairBody = z
  .strictObject({
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: 'Change nothing, only report what would be repaired' }),
  })
  .meta({ id: 'RepairConsistency', examples: [{ dry_run: true }] });

export const repairQuery = z.strictObject({
  deep: z
    .enum(['true', 'false'])
    .default('true')
    .transform((text) => text === 'true')
    .meta({
      description:
        'Check the sums of all movements too, which takes seconds for each few million. Default `true`. With `false`, a wrong `on_hand` is found only if the level has no movement since it became wrong',
    }),
});

export const repairAnswer = z
  .strictObject({
    dry_run: z.boolean(),
    repairs: z.array(counterIssue).meta({
      description:
        'Repairs that were made, or in a dry run would be made. `kind` is the wrong counter; if the counter was right, its movements were repaired',
    }),
    unrepaired: z.array(counterIssue).meta({
      description:
        '`on_hand` was not changed, because movements are missing or add up to less than zero. Count the units, and PUT the level. Each check reports missing movements again',
    }),
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
