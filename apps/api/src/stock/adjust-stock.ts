import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { adjustStockAnswer, adjustStockBody } from './stock-adjustment-schema.ts';
import { replayHeader } from '../reservations/answers.ts';

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
      const { outcome, replayed } = await ledger.submit(
        { kind: 'adjust-stock', lines: body.lines, caller },
        nameCall({ caller, path, key: idempotencyKey, body }),
        { signal },
      );
      const replay = replayHeader(replayed);
      if (!outcome.ok) throw problemOf(outcome.refusal, replay);
      return { status: 200, body: { levels: outcome.levels }, headers: replay };
    },
  });
