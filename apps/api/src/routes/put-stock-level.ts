import { stockLevelAnswer } from '@holdfast/contract';
import type { ApiContext } from '../context.ts';
import { Problem, problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { putStockLevelBody, stockLevelParams } from '../schemas/stock.ts';

const ETAG_MEANING = 'The level’s version in quotes, for If-Match';

export const putStockLevel = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/stock-levels/{sku}/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Set what is on hand of a SKU at a location',
    description:
      'With `If-Match: "3"`, quotes included, only if it still has that version. Below what is promised is a shortfall. ' +
      'Every accepted PUT is a movement, also one that finds what it says. The SKU and the location must exist.',
    params: stockLevelParams,
    body: putStockLevelBody,
    answers: {
      200: { description: 'Set', schema: stockLevelAnswer, headers: { ETag: ETAG_MEANING } },
      201: {
        description: 'Set for the first time',
        schema: stockLevelAnswer,
        headers: { ETag: ETAG_MEANING },
      },
    },
    refusals: ['sku_not_found', 'location_not_found', 'version_conflict'],
    conditional: true,
    async handle({ params, body, caller, ifMatch, signal }) {
      const { outcome } = await ledger.submit(
        {
          kind: 'set-stock',
          sku: params.sku,
          location: params.location,
          onHand: body.on_hand,
          // Null clears, absent leaves it as it is, which the command writes as null.
          safetyStock: body.safety_stock === null ? 0 : (body.safety_stock ?? null),
          reason: body.reason ?? null,
          ifVersion: readVersion(ifMatch),
          caller,
        },
        null,
        { signal },
      );
      if (!outcome.ok) throw problemOf(outcome.refusal);
      if (!('level' in outcome)) throw new Error('a stock command was answered with something else');
      const { level, created } = outcome;
      return { status: created ? 201 : 200, body: level, headers: { ETag: `"${level.version}"` } };
    },
  });

/** The version in `If-Match: "3"`. */
function readVersion(ifMatch: string | undefined): number | null {
  if (ifMatch === undefined) return null;
  const digits = /^\s*"(\d{1,15})"\s*$/.exec(ifMatch)?.[1];
  if (digits === undefined) {
    throw new Problem('validation_failed', 'The request is not valid.', {
      extensions: { errors: [{ path: 'If-Match', message: 'must be a version in quotes, such as "3"' }] },
    });
  }
  return Number(digits);
}
