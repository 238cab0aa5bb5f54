import { readDeadEvents } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import { deadEventListAnswer, deadEventListQuery } from '../schemas/incoming-event.ts';

export const listDeadEvents = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/dead-events',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Find events that could not be processed, and why, page by page, newest first',
    description:
      'They stay until they are processed: retried, or sent once more, after what was wrong has been mended. What an event ' +
      'says is read one by one.',
    query: deadEventListQuery,
    answers: { 200: { description: 'The dead events', schema: deadEventListAnswer } },
    refusals: [],
    async handle({ query: { source = null, type = null, limit, cursor = null } }) {
      // One more than asked for tells whether there is another page.
      const events = await readDeadEvents(database.prisma, {
        source,
        type,
        afterId: cursor,
        limit: limit + 1,
      });
      const data = events.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: events.length > limit && last ? writeCursor([last.id]) : null },
      };
    },
  });
