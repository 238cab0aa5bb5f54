import { doOnce } from '@holdfast/idempotency';
import { rotateWebhookSecret as rotate, newSecret, ROTATION_HOURS } from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { rotateSecretBody, webhookSecretAnswer } from './webhook-endpoint-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';
import { noEndpoint, withSecret } from './endpoint-rules.ts';

export const rotateWebhookSecret = ({ database, log, secretCipher }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/rotate-secret',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Rotate the secret of a webhook endpoint',
    description: `Both secrets sign for ${ROTATION_HOURS} hours, so the consumer can switch without refusing a webhook. A second rotation ends the older secret at once: rotate twice if a secret has leaked.`,
    params: idParams,
    body: rotateSecretBody,
    answers: {
      200: { description: 'The new secret; a replayed call has no secret', schema: webhookSecretAnswer },
    },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const secret = newSecret();
      const { outcome, replayed } = await doOnce(database, call, async (tx) => {
        const endpoint = await rotate(tx, secretCipher, id, { secret, hours: ROTATION_HOURS });
        if (!endpoint) throw noEndpoint(id);
        return endpoint;
      }).catch(refuseReusedKey);
      log.info('webhook.secret_rotated', { request_id: requestId, caller, webhook_endpoint_id: id });
      return { status: 200, body: withSecret(outcome, secret, replayed), headers: replayHeader(replayed) };
    },
  });
