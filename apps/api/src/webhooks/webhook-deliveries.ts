import { parseTime } from '@holdfast/contract';
import { readEvent, testEvent, toCloudEvent } from '@holdfast/events';
import { newId } from '@holdfast/ledger';
import {
  queueTestDelivery,
  readWebhookDeliveries,
  readWebhookDelivery,
  readWebhookEndpoint,
  replayEvents,
  type Replay,
} from '@holdfast/webhooks';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { pageOf } from '../http/list-route.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';
import {
  replayAnswer,
  replayWebhookBody,
  testWebhookBody,
  webhookDeliveryAnswer,
  webhookDeliveryDetails,
  webhookDeliveryListAnswer,
  webhookDeliveryListQuery,
  webhookDeliveryParams,
} from './webhook-delivery-schema.ts';
import { noEndpoint, wakeEndpoint } from './webhook-endpoints.ts';

export const listWebhookDeliveries = () =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}/deliveries',
    tag: 'Events',
    scope: 'webhooks:read',
    readFrom: 'lagging',
    summary: 'List the deliveries of a webhook endpoint, newest first',
    description:
      'Deliveries are kept as long as events. While an endpoint rests or is disabled, new events have no delivery yet.',
    params: idParams,
    query: webhookDeliveryListQuery,
    answers: { 200: { description: 'The deliveries', schema: webhookDeliveryListAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { state = null, limit, cursor = null }, from }) {
      if (!(await readWebhookEndpoint(from.prisma, id))) throw noEndpoint(id);
      const page = { state, after: cursor, limit: limit + 1 };
      const deliveries = await readWebhookDeliveries(from.prisma, id, page);
      const { data, next_cursor } = pageOf(deliveries, limit, ({ ordinal }) => [ordinal]);
      return { status: 200, body: { data: data.map(({ delivery }) => delivery), next_cursor } };
    },
  });

export const getWebhookDelivery = ({ config }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/webhook-endpoints/{id}/deliveries/{delivery_id}',
    tag: 'Events',
    scope: 'webhooks:read',
    readFrom: 'reached',
    summary: 'Read a delivery of a webhook endpoint: what is sent, and what the endpoint answered last',
    params: webhookDeliveryParams,
    answers: { 200: { description: 'The delivery with its payload', schema: webhookDeliveryDetails } },
    refusals: ['not_found'],
    async handle({ params: { id, delivery_id }, from }) {
      const found = await readWebhookDelivery(from.prisma, id, delivery_id);
      if (!found) throw new Problem('not_found', `The endpoint ${id} has no delivery ${delivery_id}.`);
      const { delivery, sample } = found;
      const event = sample === null ? await readEvent(from.prisma, delivery.event_id) : null;
      const payload = event ? toCloudEvent(event, config) : sample;
      return { status: 200, body: { ...delivery, payload } };
    },
  });

export const testWebhookEndpoint = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/test',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Send a test event to a webhook endpoint',
    description:
      'A `warehouse.inventory.test` event, sent before waiting deliveries; see the result in the deliveries. If a resting endpoint accepts it, the other deliveries continue. A disabled endpoint gets it when it is enabled.',
    params: idParams,
    body: testWebhookBody,
    answers: { 202: { description: 'The test event is sent', schema: webhookDeliveryAnswer } },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey }) {
      const { database, config } = context;
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnceForKey(database, call, async (tx) => {
        const time = new Date().toISOString();
        const sample = testEvent(newId(), { endpointId: id, publicUrl: config.publicUrl, time });
        const delivery = await queueTestDelivery(tx, id, { deliveryId: newId(), sample });
        if (!delivery) throw noEndpoint(id);
        return delivery;
      });
      if (!replayed) await wakeEndpoint(context, id);
      return { status: 202, body: outcome, headers: replayHeader(replayed) };
    },
  });

/** Each is a row that is written at once, and sent before what comes later of its reservation. */
const EVENTS_MAX = 10_000;

export const replayWebhook = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/replay',
    tag: 'Events',
    scope: 'webhooks:write',
    summary: 'Replay one event, or the events of a period, to a webhook endpoint',
    description:
      'Sends events with their old ids, in order. They may be older than the endpoint, as far back as events are ' +
      `kept. Events that the endpoint is still to get are sent anyway and not counted. Up to ${EVENTS_MAX.toLocaleString('en')} events.`,
    params: idParams,
    body: replayWebhookBody,
    answers: { 202: { description: 'The events will be sent', schema: replayAnswer } },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params: { id }, body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnceForKey(context.database, call, async (tx) => {
        const replayed = await replayEvents(tx, id, replayOf(body), { eventsMax: EVENTS_MAX, newId });
        switch (replayed.kind) {
          case 'queued':
            return { queued: replayed.count };
          case 'no_endpoint':
            throw noEndpoint(id);
          case 'no_event':
            throw new Problem('not_found', `There is no event ${body.event_id}, or not any more.`);
          case 'too_many':
            throw validationFailed('to', `leaves more than ${EVENTS_MAX} events: take a smaller span`);
          default:
            return replayed satisfies never;
        }
      });
      const fields = { request_id: requestId, caller, webhook_endpoint_id: id, ...outcome };
      context.log.info('webhook.replayed', fields);
      if (!replayed) await wakeEndpoint(context, id);
      return { status: 202, body: outcome, headers: replayHeader(replayed) };
    },
  });

const inUtc = (time: string): string => new Date(parseTime(time)).toISOString();

/** One or the other, as the schema has seen to. */
function replayOf({ event_id, from, to }: z.infer<typeof replayWebhookBody>): Replay {
  if (from !== undefined && to !== undefined) return { from: inUtc(from), to: inUtc(to) };
  if (event_id === undefined) throw new Error('a replay of nothing');
  return { eventId: event_id };
}
