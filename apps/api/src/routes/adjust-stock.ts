import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { adjustStockAnswer, adjustStockBody } from '../schemas/stock-adjustment.ts';
import { replayHeader } from './answers.ts';

export const adjustStock = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/stock-adjustments',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Add to what is on hand, or take from it: receipts, returns, damage',
    description:
      'All lines or none; lines of one level count together. Below zero is refused; below what is promised is a shortfall. A SKU and a location that exist need no level yet.',
    body: adjustStockBody,
    answers: { 200: { description: 'Adjusted', schema: adjustStockAnswer } },
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
      if (!('levels' in outcome)) throw new Error('an adjustment was answered with something else');
      return { status: 200, body: { levels: outcome.levels }, headers: replay };
    },
  });
