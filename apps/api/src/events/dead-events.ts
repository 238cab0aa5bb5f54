import {
  readDeadEvent,
  readDeadEventIds,
  readDeadEvents,
  touchDeadEvent,
  SourceForbidden,
} from '@holdfast/events';
import type { ApiContext } from '../context.ts';
import { idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineList } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { answerOnce } from '../http/keyed-answer.ts';
import { withProblemPage } from './problem-page.ts';
import {
  deadEventAnswer,
  deadEventListAnswer,
  deadEventListQuery,
  deadEventsRetriedAnswer,
  eventResultAnswer,
  retryDeadEventBody,
  retryDeadEventsBody,
} from './incoming-event-schema.ts';

export const listDeadEvents = ({ config }: ApiContext) =>
  defineList({
    path: '/v1/dead-events',
    tag: 'Events',
    scope: 'events:read',
    readFrom: 'lagging',
    summary: 'List dead events: events that could not be processed, newest first',
    description:
      'Events stay in the list until they are processed. Correct the cause, then retry the event or send it again. The ' +
      'content of an event is in `GET /v1/dead-events/{id}`.',
    query: deadEventListQuery,
    answer: { description: 'The dead events', schema: deadEventListAnswer },
    async read({ source = null, type = null, cursor = null, limit }, from) {
      const found = await readDeadEvents(from.prisma, { source, type, after: cursor, limit });
      return found.map(withProblemPage(config));
    },
    placeOf: ({ id }) => [id],
  });

export const getDeadEvent = ({ config }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/dead-events/{id}',
    tag: 'Events',
    scope: 'events:read',
    readFrom: 'reached',
    summary: 'Read a dead event with its content',
    params: idParams,
    answers: { 200: { description: 'The event and why it is dead', schema: deadEventAnswer } },
    refusals: ['not_found'],
    async handle({ params, from }) {
      const event = await readDeadEvent(from.prisma, params.id);
      if (!event) throw noDeadEvent(params.id);
      return { status: 200, body: withProblemPage(config)(event) };
    },
  });

export const retryDeadEvents = ({ database, intake, log }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/dead-events/retry',
    tag: 'Events',
    scope: 'events:write',
    summary: 'Process dead events again, after their cause was corrected',
    description:
      'Those first that were tried the longest time ago, one after the other. Repeat the call while `processed` and `dead` add ' +
      'up to the limit and `processed` is not 0.',
    body: retryDeadEventsBody,
    answers: { 200: { description: 'The result', schema: deadEventsRetriedAnswer } },
    refusals: [],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, signal, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      return answerOnce(database, call, 200, async () => {
        const { source = null, type = null, limit } = body;
        const counts = { processed: 0, dead: 0 };
        for (const id of await readDeadEventIds(database.prisma, { source, type, limit })) {
          const result = await intake.retry(id, signal).catch(stillDead);
          if (!result) continue;
          counts[result.state === 'dead' ? 'dead' : 'processed'] += 1;
          if (result === STILL_DEAD) await touchDeadEvent(database.prisma, id);
        }
        log.info('dead_events.retried', { request_id: requestId, caller, ...counts });
        return counts;
      });
    },
  });

const STILL_DEAD = { state: 'dead' } as const;

/** A sender that may not use its source any more. @throws any other error */
function stillDead(error: unknown): typeof STILL_DEAD {
  if (error instanceof SourceForbidden) return STILL_DEAD;
  throw error;
}

export const retryDeadEvent = ({ config, database, intake, log }: ApiContext) =>
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
      const retry = async () => {
        const result = await intake.retry(params.id, signal);
        if (!result) throw noDeadEvent(params.id);
        const { state } = result;
        log.info('dead_event.retried', { request_id: requestId, caller, dead_event_id: params.id, state });
        return result;
      };
      return answerOnce(database, call, 200, retry, withProblemPage(config));
    },
  });

const noDeadEvent = (id: string) => new Problem('not_found', `There is no dead event ${id}.`);
