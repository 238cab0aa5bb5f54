import { exampleLevel, quantity, shortText, stockLevelAnswer } from '@holdfast/contract';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { accepted } from '../http/keyed-answer.ts';
import { defineRoute } from '../http/route.ts';

const LINES_MAX = 500;

const transfer = z
  .strictObject({
    sku: shortText(),
    from: shortText().meta({ description: 'The location that the units leave' }),
    to: shortText().meta({ description: 'The location that gets them; it may be inactive' }),
    quantity: quantity(),
    reason: shortText().optional().meta({
      description: 'Recorded in both movements. Default: the other location, as in `transfer to WH-WEST`',
    }),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'must be another location than from' })
  .meta({ id: 'StockTransfer' });

const transferStockBody = z.strictObject({ lines: z.array(transfer).min(1).max(LINES_MAX) }).meta({
  id: 'TransferStock',
  examples: [
    { lines: [{ sku: 'TSHIRT-M', from: 'WH-EAST', to: 'WH-WEST', quantity: 20, reason: 'truck 12' }] },
  ],
});

const transferStockAnswer = z
  .strictObject({
    levels: z
      .array(stockLevelAnswer)
      .meta({ description: 'The levels after the transfer, each once, in the order of the request' }),
  })
  .meta({
    id: 'TransferredStock',
    examples: [
      {
        levels: [
          { ...exampleLevel, on_hand: 100, available: 80, version: 8 },
          { ...exampleLevel, location: 'WH-WEST', on_hand: 40, available: 20, version: 3 },
        ],
      },
    ],
  });

export const transferStock = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/stock-transfers',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Move units from one location to another',
    description:
      'Applies all lines or none, in one decision: no other call sees the units twice or not at all. A level gives at most its `on_hand - reserved - allocated`. Units that it receives in the same call do not count; safety stock may leave. Promised units move with their reservation: see `POST /v1/reservations/{id}/reallocate`. A missing level at `to` is created if the SKU and the location exist.',
    body: transferStockBody,
    answers: { 200: { description: 'The units were moved', schema: transferStockAnswer } },
    refusals: ['insufficient_stock', 'unknown_sku', 'unknown_location', 'quantity_limit_exceeded'],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, signal }) {
      const lines = body.lines.map(({ reason = null, ...line }) => ({ ...line, reason }));
      const { outcome, replay } = await ledger
        .submit(
          { kind: 'transfer-stock', lines, caller },
          nameCall({ caller, path, key: idempotencyKey, body }),
          { signal },
        )
        .then(accepted);
      return { status: 200, body: { levels: outcome.levels }, headers: replay };
    },
  });
