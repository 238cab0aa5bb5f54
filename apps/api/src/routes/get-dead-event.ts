import { readDeadEvent } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { deadEventAnswer } from '../schemas/incoming-event.ts';

export const getDeadEvent = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/dead-events/{id}',
    tag: 'Events',
    scope: 'events:read',
    summary: 'See an event that could not be processed, with all that it says',
    params: idParams,
    answers: { 200: { description: 'The event, and why', schema: deadEventAnswer } },
    refusals: ['not_found'],
    async handle({ params }) {
      const event = await readDeadEvent(database.prisma, params.id);
      if (!event) throw new Problem('not_found', `There is no dead event ${params.id}.`);
      return { status: 200, body: event };
    },
  });
