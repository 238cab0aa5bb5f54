import { readWebhookEndpoint } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { webhookEndpointAnswer } from './webhook-endpoint-schema.ts';
import { noEndpoint } from './endpoint-rules.ts';

export const getWebhookEndpoint = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'webhooks:read',
    summary: 'Read a webhook endpoint and its health',
    params: idParams,
    answers: { 200: { description: 'The endpoint', schema: webhookEndpointAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id } }) {
      const endpoint = await readWebhookEndpoint(database.prisma, id);
      if (!endpoint) throw noEndpoint(id);
      return { status: 200, body: endpoint };
    },
  });
