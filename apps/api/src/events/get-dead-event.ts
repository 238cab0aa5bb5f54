import { readDeadEvent } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { deadEventAnswer } from './incoming-event-schema.ts';

export const getDeadEvent = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/dead-events/{id}',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Read a dead event with its content',
    params: idParams,
    answers: { 200: { description: 'The event and why it is dead', schema: deadEventAnswer } },
    refusals: ['not_found'],
    async handle({ params }) {
      const event = await readDeadEvent(database.prisma, params.id);
      if (!event) throw new Problem('not_found', `There is no dead event ${params.id}.`);
      return { status: 200, body: event };
    },
  });
