import { updateWebhookEndpoint } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { putWebhookEndpointBody, webhookEndpointAnswer } from '../schemas/webhook-endpoint.ts';
import { noEndpoint, requireUrl, wakeEndpoint } from './webhooks.ts';

export const putWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Change where events are sent, and which; disable it, or enable it again',
    description:
      'What the body leaves out stays as it is. Disabled, it keeps its place and what it has not got yet; enabled again, it ' +
      'gets all that has happened meanwhile, as far back as events are kept. An endpoint that does not exist is not made.',
    params: idParams,
    body: putWebhookEndpointBody,
    answers: { 200: { description: 'Changed', schema: webhookEndpointAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, body, caller, requestId }) {
      if (body.url !== undefined) requireUrl(context, body.url);
      const enabled = body.enabled === null ? true : body.enabled;
      const endpoint = await context.database.prisma.$transaction((tx) =>
        updateWebhookEndpoint(tx, id, { ...body, enabled }, caller),
      );
      if (!endpoint) throw noEndpoint(id);
      context.log.info('webhook.changed', {
        request_id: requestId,
        caller,
        webhook_endpoint_id: id,
        enabled,
      });
      if (endpoint.enabled) await wakeEndpoint(context, id);
      return { status: 200, body: endpoint };
    },
  });
