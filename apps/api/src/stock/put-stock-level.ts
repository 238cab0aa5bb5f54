import type { ApiContext } from '../context.ts';
import { versionsOf } from '../http/precondition.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import {
  entityTag,
  levelAnswer,
  putStockLevelBody,
  settingsOf,
  stockLevelParams,
} from './stock-level-schema.ts';

export const putStockLevel = ({ ledger }: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/stock-levels/{sku}/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Set the units on hand of a SKU at a location',
    description:
      'With `If-Match: "3"`, quotes included, the level is set only if it still has that version; with `If-None-Match: *` ' +
      'only if it does not exist. If the units and the `backorder_limit` together are fewer than the units promised, the difference is a shortfall. Every accepted PUT writes a movement, even if nothing changes. ' +
      'The SKU and the location must exist.',
    params: stockLevelParams,
    body: putStockLevelBody,
    answers: {
      200: { description: 'The level was set', ...levelAnswer },
      201: { description: 'The level was created', ...levelAnswer },
    },
    refusals: ['sku_not_found', 'location_not_found', 'version_conflict'],
    conditional: 'if-match or if-none-match',
    async handle({ params, body, caller, precondition, signal }) {
      const { outcome } = await ledger.submit(
        {
          kind: 'set-stock',
          ...params,
          onHand: body.on_hand,
          ...settingsOf(body),
          ifVersion: versionsOf(precondition),
          caller,
        },
        null,
        { signal },
      );
      if (!outcome.ok) throw problemOf(outcome.refusal);
      const { level, created } = outcome;
      return { status: created ? 201 : 200, body: level, headers: entityTag(level) };
    },
  });
