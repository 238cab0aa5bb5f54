import { shortText, stockLevelAnswer, units } from '@holdfast/contract';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { versionsOf } from '../http/precondition.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';

/** Null clears a field, and an absent field stays as it is. */
const putStockLevelBody = z
  .strictObject({
    on_hand: units().meta({ description: 'The counted units: 0 to 1,000,000,000' }),
    safety_stock: units()
      .nullable()
      .optional()
      .meta({ description: 'Units that are not offered for sale. Absent: unchanged. null: 0' }),
    backorder_limit: units().nullable().optional().meta({
      description:
        'How many units may be promised beyond those on hand. Lowering it may cause a shortfall. Absent: unchanged. null: 0',
    }),
    reason: shortText().nullable().optional().meta({ description: 'Recorded in the movement' }),
  })
  .meta({ id: 'PutStockLevel', examples: [{ on_hand: 120, safety_stock: 5, reason: 'counted' }] });

const answer = { schema: stockLevelAnswer, headers: { ETag: 'The level’s version in quotes, for If-Match' } };

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
    params: z.strictObject({
      sku: shortText().meta({ description: 'The SKU’s name' }),
      location: shortText().meta({ description: 'The location’s name' }),
    }),
    body: putStockLevelBody,
    answers: {
      200: { description: 'The level was set', ...answer },
      201: { description: 'The level was created', ...answer },
    },
    refusals: ['sku_not_found', 'location_not_found', 'version_conflict'],
    conditional: 'if-match or if-none-match',
    async handle({ params, body, caller, precondition, signal }) {
      const { outcome } = await ledger.submit(
        {
          kind: 'set-stock',
          sku: params.sku,
          location: params.location,
          onHand: body.on_hand,
          safetyStock: body.safety_stock === null ? 0 : (body.safety_stock ?? null),
          backorderLimit: body.backorder_limit === null ? 0 : (body.backorder_limit ?? null),
          reason: body.reason ?? null,
          ifVersion: versionsOf(precondition),
          caller,
        },
        null,
        { signal },
      );
      if (!outcome.ok) throw problemOf(outcome.refusal);
      const { level, created } = outcome;
      return { status: created ? 201 : 200, body: level, headers: { ETag: `"${level.version}"` } };
    },
  });
