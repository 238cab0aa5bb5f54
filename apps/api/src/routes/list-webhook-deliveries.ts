import { readWebhookDeliveries, readWebhookEndpoint } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { idParams, writeCursor } from '../schemas/fields.ts';
import { webhookDeliveryListAnswer, webhookDeliveryListQuery } from '../schemas/webhook-delivery.ts';
import { noEndpoint } from './webhooks.ts';

export const listWebhookDeliveries = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}/deliveries',
    tag: 'Events',
    scope: 'events:read',
    summary: 'Find what an endpoint was sent, or is to be sent, page by page, newest first',
    description:
      'As far back as events are kept. An event has a delivery from when it was its turn, so what has happened while the ' +
      'endpoint rests or is disabled is not among them yet.',
    params: idParams,
    query: webhookDeliveryListQuery,
    answers: { 200: { description: 'The deliveries', schema: webhookDeliveryListAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { state = null, limit, cursor = null } }) {
      if (!(await readWebhookEndpoint(database.prisma, id))) throw noEndpoint(id);
      // One more than asked for tells whether there is another page.
      const page = { state, after: cursor, limit: limit + 1 };
      const deliveries = await readWebhookDeliveries(database.prisma, id, page);
      const shown = deliveries.slice(0, limit);
      const last = shown.at(-1);
      const next_cursor = deliveries.length > limit && last ? writeCursor([last.ordinal]) : null;
      return { status: 200, body: { data: shown.map(({ delivery }) => delivery), next_cursor } };
    },
  });
