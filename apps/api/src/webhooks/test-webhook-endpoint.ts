import { doOnce } from '@holdfast/idempotency';
import { queueTestDelivery, testEvent } from '@holdfast/webhooks';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { testWebhookBody, webhookDeliveryAnswer } from './webhook-delivery-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';
import { noEndpoint, wakeEndpoint } from './endpoint-rules.ts';

export const testWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/test',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Send a `warehouse.inventory.test` event to a webhook endpoint',
    description:
      'Sent before waiting deliveries; see the result in the deliveries. If a resting endpoint accepts it, the other deliveries continue. A disabled endpoint gets it when it is enabled.',
    params: idParams,
    body: testWebhookBody,
    answers: { 202: { description: 'The test event is sent', schema: webhookDeliveryAnswer } },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey }) {
      const { database, config } = context;
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnce(database, call, async (tx) => {
        const time = new Date().toISOString();
        const sample = testEvent(newId(), { endpointId: id, publicUrl: config.publicUrl, time });
        const delivery = await queueTestDelivery(tx, id, { deliveryId: newId(), sample });
        if (!delivery) throw noEndpoint(id);
        return delivery;
      }).catch(refuseReusedKey);
      if (!replayed) await wakeEndpoint(context, id);
      return { status: 202, body: outcome, headers: replayHeader(replayed) };
    },
  });
