import { updateWebhookEndpoint } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { putWebhookEndpointBody, webhookEndpointAnswer } from './webhook-endpoint-schema.ts';
import { noEndpoint, requireUrl, wakeEndpoint } from './endpoint-rules.ts';

export const putWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'put',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Update, disable or enable a webhook endpoint',
    description:
      'Fields that are left out stay unchanged. A disabled endpoint keeps its position. When you enable it again, it gets all events since then, as far back as events are kept. PUT does not create an endpoint.',
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
