import type { ApiContext } from '../context.ts';
import { keyNameOf } from '../http/actor.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { withProblemPage } from './problem-page.ts';
import { eventResultsAnswer, incomingEvents } from './incoming-event-schema.ts';
import { answerOnce } from '../http/keyed-answer.ts';

export const receiveEvents = ({ config, database, intake, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/events',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Receive events about orders and fulfillments: CloudEvents, one or many',
    description:
      '`order.order.created` reserves, `order.order.changed` changes the lines, `order.order.status_changed` confirms, ' +
      '`order.order.cancelled` releases or cancels, ' +
      '`fulfillment.fulfillment.completed` deducts. Repeats and the order of arrival do not change the result. An ' +
      'event is identified by its `source` and `id`; other content under them is dead. A key that is bound to sources ' +
      'sends events of these only, and no other key does (403). If there is not enough stock, the event is processed, and a ' +
      '`warehouse.inventory.reservation_refused` reports the refusal. Events that cannot be processed are kept under ' +
      '`/v1/dead-events`; correct the cause in `problem` before you send them again. 400 and 503 apply to the whole ' +
      'request: after 400 nothing was done, after 503 send the whole request again.',
    forms: incomingEvents,
    answers: {
      202: { description: 'One result for each event, in the same order', schema: eventResultsAnswer },
    },
    refusals: [],
    keyed: true,
    async handle({ body: events, caller, path, idempotencyKey, signal, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body: events });
      const take = async () => {
        const results = await intake.take(events, { caller: keyNameOf(caller), signal });
        for (const { id, source, state, problem } of results) {
          if (state !== 'dead') continue;
          const why = { code: problem?.code, detail: problem?.detail };
          log.warn('event.dead', { request_id: requestId, caller, source, event_id: id, ...why });
        }
        return { results };
      };
      return answerOnce(database, call, 202, take, (taken) => ({
        results: taken.results.map(withProblemPage(config)),
      }));
    },
  });
