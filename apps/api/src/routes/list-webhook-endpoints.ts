import { readWebhookEndpoints } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import { webhookEndpointListAnswer, webhookEndpointListQuery } from '../schemas/webhook-endpoint.ts';

export const listWebhookEndpoints = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Find where events are sent, page by page, newest first',
    query: webhookEndpointListQuery,
    answers: { 200: { description: 'The endpoints', schema: webhookEndpointListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null } }) {
      // One more than asked for tells whether there is another page.
      const endpoints = await readWebhookEndpoints(database.prisma, { afterId: cursor, limit: limit + 1 });
      const data = endpoints.slice(0, limit);
      const last = data.at(-1);
      const next_cursor = endpoints.length > limit && last ? writeCursor([last.id]) : null;
      return { status: 200, body: { data, next_cursor } };
    },
  });
