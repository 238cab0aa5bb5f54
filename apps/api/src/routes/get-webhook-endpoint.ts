import { readWebhookEndpoint } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { webhookEndpointAnswer } from '../schemas/webhook-endpoint.ts';
import { noEndpoint } from './webhooks.ts';

export const getWebhookEndpoint = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Read where events are sent, and whether they get there',
    params: idParams,
    answers: { 200: { description: 'The endpoint', schema: webhookEndpointAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id } }) {
      const endpoint = await readWebhookEndpoint(database.prisma, id);
      if (!endpoint) throw noEndpoint(id);
      return { status: 200, body: endpoint };
    },
  });
