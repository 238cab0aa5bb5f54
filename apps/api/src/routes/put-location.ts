import { putLocation as upsert } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { locationAnswer, locationParams, putLocationBody } from '../schemas/stock.ts';

export const putLocation = ({ database }: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/locations/{location}',
    tag: 'Stock',
    summary: 'Create a location, or change it',
    params: locationParams,
    body: putLocationBody,
    answers: {
      200: { description: 'Changed', schema: locationAnswer },
      201: { description: 'Created', schema: locationAnswer },
    },
    refusals: [],
    async handle({ params, body }) {
      const { row, created } = await upsert(database.prisma, params.location, body);
      return { status: created ? 201 : 200, body: row };
    },
  });
