import { doOnce } from '@holdfast/idempotency';
import { createWebhookEndpoint as create, newSecret } from '@holdfast/webhooks';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { notValid } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { createWebhookEndpointBody, webhookSecretAnswer } from './webhook-endpoint-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';
import { requireUrl, withSecret } from './endpoint-rules.ts';

/**
 * Each has a place of its own in the workers' queue (`queueConcurrency`), so there cannot be any number of
 * them.
 */
const ENDPOINTS_MAX = 50;

export const createWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Create a webhook endpoint, which gets events from now on',
    description:
      'Each event is sent by POST, as a CloudEvent, signed as in Standard Webhooks. It is tried again until the answer is 2xx: after about ' +
      '1, 5, 10 s, 1, 5, 30 min, then hours, up to two days. Meanwhile later events of its reservation wait. Redirects are not ' +
      `followed. An answer 410 disables the endpoint. There can be ${ENDPOINTS_MAX} endpoints.`,
    body: createWebhookEndpointBody,
    answers: {
      201: {
        description: 'The endpoint with its secret; a replayed call has no secret',
        schema: webhookSecretAnswer,
        headers: { Location: 'The path of the endpoint' },
      },
    },
    refusals: [],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, requestId }) {
      requireUrl(context, body.url);
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { url, types = null, description = null } = body;
      const secret = newSecret();
      const { database, secretCipher } = context;
      const { outcome, replayed } = await doOnce(database, call, async (tx) => {
        const wanted = { id: newId(), url, types, description, secret, createdBy: caller };
        const endpoint = await create(tx, secretCipher, wanted, ENDPOINTS_MAX);
        if (!endpoint) throw tooMany();
        return endpoint;
      }).catch(refuseReusedKey);
      context.log.info('webhook.created', { request_id: requestId, caller, webhook_endpoint_id: outcome.id });
      const headers = { Location: `${path}/${outcome.id}`, ...replayHeader(replayed) };
      return { status: 201, body: withSecret(outcome, secret, replayed), headers };
    },
  });

/** The contract has no code of its own for it. */
const tooMany = () =>
  notValid('The request', [
    { path: '', message: `there are ${ENDPOINTS_MAX} endpoints already: delete one first` },
  ]);
