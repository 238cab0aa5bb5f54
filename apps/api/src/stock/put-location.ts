import { putLocation as upsert } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { requireNames } from '../http/given-names.ts';
import { defineRoute } from '../http/route.ts';
import { locationAnswer, putLocationBody, putLocationParams } from './stock-schema.ts';
import { askForStockReview } from './stock-review.ts';

/** What a cleared priority is. */
const DEFAULT_PRIORITY = 100;

export const putLocation = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/locations/{location}',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Create or update a location',
    description:
      'Fields that are left out stay unchanged. Stock of an inactive location cannot be reserved, but existing reservations stay valid.',
    params: putLocationParams,
    body: putLocationBody,
    answers: {
      200: { description: 'Changed', schema: locationAnswer },
      201: { description: 'Created', schema: locationAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      await requireNames(context.database.prisma, [
        { path: 'location', name: params.location, of: { kind: 'location' } },
      ]);
      const { row, created } = await upsert(context.database, params.location, {
        ...body,
        priority: body.priority === null ? DEFAULT_PRIORITY : body.priority,
        active: body.active === null ? true : body.active,
      });
      if (body.active !== undefined) askForStockReview(context);
      return { status: created ? 201 : 200, body: row };
    },
  });
