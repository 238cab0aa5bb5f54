import { parseTime } from '@holdfast/contract';
import { doOnce } from '@holdfast/idempotency';
import { replayEvents, type Replay } from '@holdfast/webhooks';
import { newId } from '@holdfast/ledger';
import type { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem, validationFailed } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { replayAnswer, replayWebhookBody } from './webhook-delivery-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';
import { noEndpoint, wakeEndpoint } from './endpoint-rules.ts';

/** Each is a row that is written at once, and sent before what comes later of its reservation. */
const EVENTS_MAX = 10_000;

export const replayWebhook = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/webhook-endpoints/{id}/replay',
    tag: 'Events',
    scope: 'events:write',
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
      const { outcome, replayed } = await doOnce(context.database, call, async (tx) => {
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
      }).catch(refuseReusedKey);
      context.log.info('webhook.replayed', {
        request_id: requestId,
        caller,
        webhook_endpoint_id: id,
        ...outcome,
      });
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
