import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { eventResultsAnswer, incomingEvents } from '../schemas/incoming-event.ts';
import { answerOnce } from './answers.ts';

export const receiveEvents = ({ database, intake, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/events',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Tell of orders and fulfillments: CloudEvents, one or many',
    description:
      '`order.order.created` reserves, `order.order.status_changed` confirms, `order.order.cancelled` releases or cancels, ' +
      '`fulfillment.fulfillment.completed` deducts. In whichever order they come, and however often, they end the same: an ' +
      'event is known by its `source` and `id`. Where stock is not enough, the event is processed and the refusal is told by ' +
      '`warehouse.inventory.reservation_refused`. What cannot be processed is kept under `/v1/dead-events`: sending it once ' +
      'more helps only after what its problem says was mended. Answers 400 and 503 are of the whole request: nothing was ' +
      'done, or send all of it again.',
    forms: incomingEvents,
    answers: { 202: { description: 'What each came to, in their order', schema: eventResultsAnswer } },
    refusals: [],
    keyed: true,
    async handle({ body: events, caller, path, idempotencyKey, signal, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body: events });
      return answerOnce(database, call, 202, async () => {
        const results = await intake.take(events, { caller, signal });
        for (const { id, source, state, problem } of results) {
          if (state !== 'dead') continue;
          const why = { code: problem?.code, detail: problem?.detail };
          log.warn('event.dead', { request_id: requestId, caller, source, event_id: id, ...why });
        }
        return { results };
      });
    },
  });
