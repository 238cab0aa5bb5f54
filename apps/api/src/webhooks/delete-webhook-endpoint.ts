import { deleteWebhookEndpoint as remove } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { noEndpoint } from './endpoint-rules.ts';

export const deleteWebhookEndpoint = ({ database, log }: ApiContext) =>
  defineRoute({
    method: 'delete',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Delete a webhook endpoint; it gets no more events',
    description: 'A webhook that is being sent may still arrive.',
    params: idParams,
    answers: { 204: { description: 'Deleted', schema: null } },
    refusals: ['not_found'],
    async handle({ params: { id }, caller, requestId }) {
      if (!(await remove(database.prisma, id))) throw noEndpoint(id);
      log.info('webhook.deleted', { request_id: requestId, caller, webhook_endpoint_id: id });
      return { status: 204, body: undefined };
    },
  });
