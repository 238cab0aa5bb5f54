import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { eventResultAnswer, retryDeadEventBody } from '../schemas/incoming-event.ts';
import { answerOnce } from './answers.ts';

export const retryDeadEvent = ({ database, intake, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/dead-events/{id}/retry',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Try once more to process an event, after what was wrong has been mended',
    description:
      'Processed, it is gone from the list. Still `dead`, it stays there, with the reason of now. In stock movements it stands ' +
      'under the name of whoever sent it.',
    params: idParams,
    body: retryDeadEventBody,
    answers: { 200: { description: 'What it came to', schema: eventResultAnswer } },
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
