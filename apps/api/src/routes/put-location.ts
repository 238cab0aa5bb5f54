import { putLocation as upsert } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { locationAnswer, locationParams, putLocationBody } from '../schemas/stock.ts';
import { askForStockReview } from './stock-review.ts';

/** What a cleared priority is. */
const DEFAULT_PRIORITY = 100;

export const putLocation = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/locations/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create a location, or change it',
    description:
      'What the body leaves out stays as it is. An inactive location gives nothing any more; what it has promised stays promised.',
    params: locationParams,
    body: putLocationBody,
    answers: {
      200: { description: 'Changed', schema: locationAnswer },
      201: { description: 'Created', schema: locationAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      const { row, created } = await upsert(context.database, params.location, {
        ...body,
        priority: body.priority === null ? DEFAULT_PRIORITY : body.priority,
        active: body.active === null ? true : body.active,
      });
      if (body.active !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });
