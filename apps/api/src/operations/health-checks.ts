import { retryAfter } from '@holdfast/contract';
import { lastKnown } from '@holdfast/runtime';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';

export const getHealth = (_context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/healthz',
    tag: 'Operations',
    scope: null,
    readFrom: 'primary',
    summary: 'Liveness: whether the process runs',
    answers: {
      200: { description: 'The process is alive', schema: z.strictObject({ status: z.literal('ok') }) },
    },
    refusals: [],
    handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
  });

const DATABASE_TIMEOUT_MS = 1_000;

/** All callers, who need no key, get the result of one check at a time, which is this old at most. */
const KEEP_MS = 250;

const readinessAnswer = z.strictObject({
  status: z.literal('ready'),
  database: z.literal('ok'),
  queue: z.enum(['ok', 'degraded']),
});

export const getReadiness = ({ canWrite, producer, stopping }: ApiContext) => {
  const look = lastKnown(
    async () => {
      const [writable, queued] = await Promise.all([canWrite(DATABASE_TIMEOUT_MS), producer.isReady()]);
      return { writable, queued };
    },
    { first: { writable: false, queued: false }, timeoutMs: 2 * DATABASE_TIMEOUT_MS, keepMs: KEEP_MS },
  );
  return defineRoute({
    method: 'get',
    path: '/readyz',
    tag: 'Operations',
    scope: null,
    readFrom: 'primary',
    summary: 'Readiness: whether the process can do its work',
    description:
      'Answers 200 if the database answers and can be written to. Without a queue the API is still ready: commits do not need the queue, and jobs are rebuilt when it is back. An API that is stopping answers 503 for some seconds before it closes its port.',
    answers: { 200: { description: 'The API is ready', schema: readinessAnswer } },
    refusals: ['unavailable'],
    async handle() {
      if (stopping.signal.aborted) throw unavailable('The process is stopping: send elsewhere.');
      const { writable, queued } = await look();
      if (!writable) throw unavailable('The database cannot be reached, or cannot be written to.');
      return { status: 200, body: { status: 'ready', database: 'ok', queue: queued ? 'ok' : 'degraded' } };
    },
  });
};

const unavailable = (detail: string) => new Problem('unavailable', detail, { headers: retryAfter(2) });
