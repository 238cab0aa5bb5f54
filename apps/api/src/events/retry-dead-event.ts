import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { eventResultAnswer, retryDeadEventBody } from './incoming-event-schema.ts';
import { answerOnce } from '../reservations/answers.ts';

export const retryDeadEvent = ({ database, intake, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/dead-events/{id}/retry',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Process a dead event again, after its cause was corrected',
    description:
      'A processed event leaves the list. An event that is still `dead` stays, with the new reason. Stock movements name ' +
      'the original sender as the caller.',
    params: idParams,
    body: retryDeadEventBody,
    answers: { 200: { description: 'The result', schema: eventResultAnswer } },
    refusals: ['not_found'],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, signal, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      return answerOnce(database, call, 200, async () => {
        const result = await intake.retry(params.id, signal);
        if (!result) throw new Problem('not_found', `There is no dead event ${params.id}.`);
        const { state } = result;
        log.info('dead_event.retried', { request_id: requestId, caller, dead_event_id: params.id, state });
        return result;
      });
    },
  });
