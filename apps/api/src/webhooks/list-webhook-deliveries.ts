import { readWebhookDeliveries, readWebhookEndpoint } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { idParams } from '../http/fields-schema.ts';
import { webhookDeliveryListAnswer, webhookDeliveryListQuery } from './webhook-delivery-schema.ts';
import { noEndpoint } from './endpoint-rules.ts';

export const listWebhookDeliveries = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}/deliveries',
    tag: 'Events',
    scope: 'webhooks:read',
    summary: 'List the deliveries of a webhook endpoint, newest first',
    description:
      'Deliveries are kept as long as events. While an endpoint rests or is disabled, new events have no delivery yet.',
    params: idParams,
    query: webhookDeliveryListQuery,
    answers: { 200: { description: 'The deliveries', schema: webhookDeliveryListAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { state = null, limit, cursor = null } }) {
      if (!(await readWebhookEndpoint(database.prisma, id))) throw noEndpoint(id);
      const { data, next_cursor } = await readPage(
        limit,
        (rowsMax) => readWebhookDeliveries(database.prisma, id, { state, after: cursor, limit: rowsMax }),
        ({ ordinal }) => [ordinal],
      );
      return { status: 200, body: { data: data.map(({ delivery }) => delivery), next_cursor } };
    },
  });
