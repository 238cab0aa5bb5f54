import { readWebhookEndpoints } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { webhookEndpointListAnswer, webhookEndpointListQuery } from './webhook-endpoint-schema.ts';

export const listWebhookEndpoints = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints',
    tag: 'Events',
    scope: 'webhooks:read',
    summary: 'List webhook endpoints, newest first',
    query: webhookEndpointListQuery,
    answers: { 200: { description: 'The endpoints', schema: webhookEndpointListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readWebhookEndpoints(database.prisma, { afterId: cursor, limit: rowsMax }),
        ({ id }) => [id],
      );
      return { status: 200, body };
    },
  });
