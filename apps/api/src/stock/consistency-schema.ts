import { time } from '@holdfast/contract';
import { z } from 'zod';
import { queryFlag } from '../http/fields-schema.ts';

export const consistencyQuery = z.strictObject({
  deep: queryFlag(
    false,
    '`true`: also add up all movements, which takes seconds for each few million. Default `false`',
  ),
});

/** Issues that one answer names. More of them usually have one cause. */
export const ISSUES_MAX = 1_000;

const counter = z.enum(['on_hand', 'reserved', 'allocated', 'level_seq']);

/** A counter that is wrong. */
export const counterIssue = z
  .strictObject({
    sku: z.string(),
    location: z.string(),
    kind: counter.meta({
      description: 'The counter that is wrong; `level_seq` counts the level’s movements',
    }),
    expected: z.int().meta({ description: 'The value according to the records' }),
    actual: z.int().meta({ description: 'The value of the counter' }),
  })
  .meta({ id: 'CounterIssue' });

const consistencyIssue = counterIssue
  .extend({
    kind: z.enum([...counter.options, 'shortfall']).meta({
      description:
        'The counter that is wrong (`level_seq` counts the level’s movements), or `shortfall`: ' +
        '`actual` units are promised but not on hand',
    }),
  })
  .meta({ id: 'ConsistencyIssue' });

export const consistencyAnswer = z
  .strictObject({
    is_consistent: z.boolean().meta({
      description:
        'Whether all counters match their records. Shortfalls are listed but do not make this false',
    }),
    checked_at: time(),
    total_stock_levels: z.int(),
    issues: z.array(consistencyIssue).meta({
      description: `The first ${ISSUES_MAX.toLocaleString('en')}: counters, then shortfalls`,
    }),
  })
  .meta({
    id: 'Consistency',
    examples: [
      {
        is_consistent: false,
        checked_at: '2026-11-20T10:15:00.000Z',
        total_stock_levels: 1_204,
        issues: [
          { sku: 'MUG', location: 'WH-EAST', kind: 'reserved', expected: 2, actual: 9 },
          { sku: 'TSHIRT-M', location: 'WH-WEST', kind: 'shortfall', expected: 0, actual: 3 },
        ],
      },
    ],
  });

export const repairBody = z
  .strictObject({
    dry_run: z
      .boolean()
      .default(false)
      .meta({ description: 'Change nothing, only report what would be repaired' }),
  })
  .meta({ id: 'RepairConsistency', examples: [{ dry_run: true }] });

export const repairQuery = z.strictObject({
  deep: queryFlag(
    true,
    'Check the sums of all movements too, which takes seconds for each few million. Default `true`. With `false`, a wrong `on_hand` is found only if the level has no movement since it became wrong',
  ),
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
