import { doOnce, rotateWebhookSecret as rotate } from '@holdfast/db';
import { newSecret, ROTATION_HOURS } from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { rotateSecretBody, webhookSecretAnswer } from '../schemas/webhook-endpoint.ts';
import { refuseReusedKey, replayHeader } from './answers.ts';
import { noEndpoint } from './webhooks.ts';

export const rotateWebhookSecret = ({ database, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/rotate-secret',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Give an endpoint another secret',
    description:
      `Both sign for ${ROTATION_HOURS} hours, so nothing is refused while the consumer takes the new one over. Only these two: a ` +
      'second rotation ends the secret before the last. Where a secret became known, rotate twice.',
    params: idParams,
    body: rotateSecretBody,
    answers: { 200: { description: 'The new secret', schema: webhookSecretAnswer } },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnce(database, call, async (tx) => {
        const secret = newSecret();
        const endpoint = await rotate(tx, id, { secret, hours: ROTATION_HOURS });
        if (!endpoint) throw noEndpoint(id);
        return { ...endpoint, secret };
      }).catch(refuseReusedKey);
      log.info('webhook.secret_rotated', { request_id: requestId, caller, webhook_endpoint_id: id });
      return { status: 200, body: outcome, headers: replayHeader(replayed) };
    },
  });
