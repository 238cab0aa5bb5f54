import { exampleLevel, shortText, stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { accepted } from '../http/keyed-answer.ts';

const LINES_MAX = 1_000;
const DELTA_MAX = 1_000_000_000;

const adjustment = z
  .strictObject({
    sku: shortText(),
    location: shortText(),
    delta: z
      .int()
      .min(-DELTA_MAX)
      .max(DELTA_MAX)
      .refine((units) => units !== 0, 'must not be 0')
      .meta({ description: 'Units to add; negative to remove units', not: { const: 0 } }),
    reason: shortText().meta({ description: 'Recorded in the movement' }),
  })
  .meta({ id: 'StockAdjustment' });

const adjustStockBody = z.strictObject({ lines: z.array(adjustment).min(1).max(LINES_MAX) }).meta({
  id: 'AdjustStock',
  examples: [
    {
      lines: [
        { sku: 'TSHIRT-M', location: 'WH-EAST', delta: 40, reason: 'receipt PO-7781' },
        { sku: 'MUG', location: 'WH-EAST', delta: -2, reason: 'broken in aisle 4' },
      ],
    },
  ],
});

const adjustStockAnswer = z
  .strictObject({
    levels: z
      .array(stockLevelAnswer)
      .meta({ description: 'The levels after the adjustment, each once, in the order of the request' }),
  })
  .meta({
    id: 'AdjustedStock',
    examples: [{ levels: [{ ...exampleLevel, on_hand: 160, available: 140, version: 8 }] }],
  });

export const adjustStock = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/stock-adjustments',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Adjust the units on hand: receipts, returns, damage',
    description:
      'Applies all lines or none; lines of one level are added up. A result below zero is refused. A result below the promised units makes a shortfall. A missing level is created if its SKU and location exist.',
    body: adjustStockBody,
    answers: { 200: { description: 'The levels were adjusted', schema: adjustStockAnswer } },
    refusals: ['insufficient_stock', 'unknown_sku', 'unknown_location', 'quantity_limit_exceeded'],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, signal }) {
      const { outcome, replay } = await ledger
        .submit(
          { kind: 'adjust-stock', lines: body.lines, caller },
          nameCall({ caller, path, key: idempotencyKey, body }),
          { signal },
        )
        .then(accepted);
      return { status: 200, body: { levels: outcome.levels }, headers: replay };
    },
  });
