import { readDeadEvents } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { deadEventListAnswer, deadEventListQuery } from './incoming-event-schema.ts';

export const listDeadEvents = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/dead-events',
    tag: 'Events',
    scope: 'events:read',
    summary: 'List dead events: events that could not be processed, newest first',
    description:
      'Events stay in the list until they are processed. Correct the cause, then retry the event or send it again. The ' +
      'content of an event is in `GET /v1/dead-events/{id}`.',
    query: deadEventListQuery,
    answers: { 200: { description: 'The dead events', schema: deadEventListAnswer } },
    refusals: [],
    async handle({ query: { source = null, type = null, limit, cursor = null } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readDeadEvents(database.prisma, { source, type, afterId: cursor, limit: rowsMax }),
        ({ id }) => [id],
      );
      return { status: 200, body };
    },
  });
