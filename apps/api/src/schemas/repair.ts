import { z } from 'zod';
import { counterIssue } from './consistency.ts';

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
        'Look at the sums of all movements too, which takes seconds for each few million. Default `true`. With `false`, a wrong `on_hand` is found only if the level has not moved since',
    }),
});

export const repairAnswer = z
  .strictObject({
    dry_run: z.boolean(),
    repairs: z.array(counterIssue).meta({
      description:
        'What was mended, or, in a dry run, would be: the counter, or, where that was right, the movements that did not lead to it',
    }),
    unrepaired: z.array(counterIssue).meta({
      description:
        'What is on hand was left as it is, because movements are missing or add up to less than nothing. Count, and PUT the level. That movements are missing is told each time',
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
