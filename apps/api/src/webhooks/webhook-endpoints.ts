import { newId } from '@holdfast/ledger';
import {
  createWebhookEndpoint as create,
  deleteWebhookEndpoint as remove,
  newSecret,
  problemOfUrl,
  readWebhookEndpoint,
  readWebhookEndpoints,
  ROTATION_HOURS,
  rotateWebhookSecret as rotate,
  updateWebhookEndpoint,
  webhookSinkName,
} from '@holdfast/webhooks';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { idListQuery, idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineList } from '../http/list-route.ts';
import { notValid, Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';
import {
  createWebhookEndpointBody,
  putWebhookEndpointBody,
  rotateSecretBody,
  webhookEndpointAnswer,
  webhookEndpointListAnswer,
  webhookSecretAnswer,
} from './webhook-endpoint-schema.ts';

/** Each has its own place in the workers' queue (`queueConcurrency`), so their number is limited. */
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
      const { outcome, replayed } = await doOnceForKey(database, call, async (tx) => {
        const wanted = { id: newId(), url, types, description, secret, createdBy: caller };
        const endpoint = await create(tx, secretCipher, wanted, ENDPOINTS_MAX);
        if (!endpoint) throw tooMany();
        return endpoint;
      });
      context.log.info('webhook.created', { request_id: requestId, caller, webhook_endpoint_id: outcome.id });
      const headers = { Location: `${path}/${outcome.id}`, ...replayHeader(replayed) };
      return { status: 201, body: withSecret(outcome, secret, replayed), headers };
    },
  });

/** The contract has no code of its own for it. */
const tooMany = () =>
  notValid('The request', [
    { path: '', message: `is for one endpoint too many: there are ${ENDPOINTS_MAX}, so delete one first` },
  ]);

export const listWebhookEndpoints = () =>
  defineList({
    path: '/v1/webhook-endpoints',
    tag: 'Events',
    scope: 'webhooks:read',
    readFrom: 'lagging',
    summary: 'List webhook endpoints, newest first',
    query: idListQuery,
    answer: { description: 'The endpoints', schema: webhookEndpointListAnswer },
    read: ({ cursor = null, limit }, from) => readWebhookEndpoints(from.prisma, { after: cursor, limit }),
    placeOf: ({ id }) => [id],
  });

export const getWebhookEndpoint = () =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}',
    tag: 'Events',
    scope: 'webhooks:read',
    readFrom: 'reached',
    summary: 'Read a webhook endpoint and its health',
    params: idParams,
    answers: { 200: { description: 'The endpoint', schema: webhookEndpointAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, from }) {
      const endpoint = await readWebhookEndpoint(from.prisma, id);
      if (!endpoint) throw noEndpoint(id);
      return { status: 200, body: endpoint };
    },
  });

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
      const fields = { request_id: requestId, caller, webhook_endpoint_id: id, enabled };
      context.log.info('webhook.changed', fields);
      if (endpoint.enabled) await wakeEndpoint(context, id);
      return { status: 200, body: endpoint };
    },
  });

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
      const { outcome, replayed } = await doOnceForKey(database, call, async (tx) => {
        const endpoint = await rotate(tx, secretCipher, id, { secret, hours: ROTATION_HOURS });
        if (!endpoint) throw noEndpoint(id);
        return endpoint;
      });
      log.info('webhook.secret_rotated', { request_id: requestId, caller, webhook_endpoint_id: id });
      return { status: 200, body: withSecret(outcome, secret, replayed), headers: replayHeader(replayed) };
    },
  });

/** @throws {Problem} `validation_failed`, when nothing may be sent there */
function requireUrl({ config }: ApiContext, url: string): void {
  const problem = problemOfUrl(url, { allowPrivate: config.webhookAllowPrivate });
  if (problem === null) return;
  // Webhooks are first tried on one machine.
  const isPrivate = problemOfUrl(url, { allowPrivate: true }) === null;
  throw validationFailed('url', isPrivate ? `${problem}, unless WEBHOOK_ALLOW_PRIVATE=true is set` : problem);
}

/** The answer with a new secret. The secret is shown once: no outcome has it, so a replayed call has none. */
const withSecret = <Endpoint extends object>(endpoint: Endpoint, secret: string, replayed: boolean) =>
  replayed ? { ...endpoint, secret: null, note: SHOWN_ONCE } : { ...endpoint, secret, note: null };

const SHOWN_ONCE =
  'The secret was shown in the first answer to this call, and is not shown again. If you did not store it, ' +
  'give the endpoint a new one: POST /v1/webhook-endpoints/{id}/rotate-secret.';

export const noEndpoint = (id: string): Problem =>
  new Problem('not_found', `There is no webhook endpoint ${id}.`);

/** There is something to send. */
export async function wakeEndpoint({ producer, log }: ApiContext, endpointId: string): Promise<void> {
  const sinks = [webhookSinkName(endpointId)];
  await enqueueAfterCommit(log, { webhook_endpoint_id: endpointId }, () => producer.wakeSinks(sinks));
}
