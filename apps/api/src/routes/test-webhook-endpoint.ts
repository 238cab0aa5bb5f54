import { doOnce, queueTestDelivery } from '@holdfast/db';
import { testEvent } from '@holdfast/events';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { testWebhookBody, webhookDeliveryAnswer } from '../schemas/webhook-delivery.ts';
import { refuseReusedKey, replayHeader } from './answers.ts';
import { noEndpoint, wakeEndpoint } from './webhooks.ts';

export const testWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/test',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Send an endpoint a `warehouse.inventory.test`, the way events are sent',
    description:
      'At once, ahead of what waits and behind what is under way; what became of it is seen among the deliveries. If it ' +
      'arrives at an endpoint that rests, all else goes on. To one that is disabled it is sent when that is enabled.',
    params: idParams,
    body: testWebhookBody,
    answers: { 202: { description: 'It is sent', schema: webhookDeliveryAnswer } },
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
