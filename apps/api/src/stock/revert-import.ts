import { newId } from '@holdfast/ledger';
import { addRevert, REVERT_TIME_LIMIT_MS, type NotReverted, type StockImport } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { enqueueImport, noImport, showImport } from './import-stock.ts';
import { stockImportAnswer } from './stock-import-schema.ts';

/** The outcome that is stored for a key: a refusal too, as it is a 409. */
type Outcome = { readonly made: StockImport } | { readonly refused: Exclude<NotReverted, 'unknown'> };

export const revertStockImport = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/stock-imports/{id}/revert',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Undo an import',
    description:
      'Queues a new import that subtracts from each level the units that the import added, so that later sales and receipts are kept. `safety_stock`, `backorder_limit` and `name` get their previous values, unless they were changed after the import. SKUs, locations and levels that the import created stay. A row that would leave less than nothing is rejected. An import that runs, was a dry run, or was reverted before: 409 `invalid_transition`.',
    params: idParams,
    answers: {
      202: {
        description: 'The revert is queued',
        schema: stockImportAnswer,
        headers: { Location: 'The path of the import that reverts' },
      },
    },
    refusals: ['not_found', 'invalid_transition'],
    keyed: true,
    async handle({ params: { id: of }, caller, path, idempotencyKey, signal }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body: {} });
      const { outcome, replayed } = await doOnceForKey(
        context.database,
        call,
        async (tx): Promise<Outcome> => {
          const made = await addRevert(tx, { id: newId(), of, caller });
          if (made === 'unknown') throw noImport(of);
          return typeof made === 'object' && 'id' in made ? { made } : { refused: made };
        },
        { timeLimitMs: REVERT_TIME_LIMIT_MS },
      );
      const replay = replayHeader(replayed);
      if ('refused' in outcome) {
        const extensions = { current_status: outcome.refused.state };
        throw new Problem('invalid_transition', whyNot(of, outcome.refused), { extensions, headers: replay });
      }
      if (!replayed) await enqueueImport(context, outcome.made, signal.trace);
      const body = showImport(outcome.made);
      return { status: 202, body, headers: { Location: body.status_url, ...replay } };
    },
  });

function whyNot(id: string, { why, by }: Exclude<NotReverted, 'unknown'>): string {
  switch (why) {
    case 'open':
      return `Import ${id} is not done yet: revert it when it has ended.`;
    case 'dry run':
      return `Import ${id} was a dry run: it has changed nothing.`;
    case 'reverted':
      return `Import ${id} was reverted before, by import ${by}.`;
    default:
      return why satisfies never;
  }
}
