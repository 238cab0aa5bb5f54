import { lastKnown } from '@holdfast/runtime';
import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';

const DATABASE_TIMEOUT_MS = 1_000;

/** Whoever asks, and they need no key, is answered from one look at a time, which is this old at most. */
const KEEP_MS = 250;

const readinessAnswer = z.strictObject({
  status: z.literal('ready'),
  database: z.literal('ok'),
  queue: z.enum(['ok', 'degraded']),
});

export const getReadiness = ({ database, producer, stopping }: ApiContext) => {
  const look = lastKnown(
    async () => ({
      reachable: await database.isReachable(DATABASE_TIMEOUT_MS),
      queued: await producer.isReady(),
    }),
    { first: { reachable: false, queued: false }, timeoutMs: 2 * DATABASE_TIMEOUT_MS, keepMs: KEEP_MS },
  );
  return defineRoute({
    method: 'get',
    path: '/readyz',
    tag: 'Operations',
    scope: null,
    summary: 'The process can do its work',
    description:
      'Without a queue it can: commits need none. Its jobs are rebuilt when the queue is back. One that is about to stop says that it cannot, some seconds before it closes its port.',
    answers: { 200: { description: 'It can', schema: readinessAnswer } },
    refusals: ['unavailable'],
    async handle() {
      if (stopping.signal.aborted) throw unavailable('The process is stopping: send elsewhere.');
      const { reachable, queued } = await look();
      if (!reachable) throw unavailable('The database cannot be reached.');
      return { status: 200, body: { status: 'ready', database: 'ok', queue: queued ? 'ok' : 'degraded' } };
    },
  });
};

const unavailable = (detail: string) =>
  new Problem('unavailable', detail, { headers: { 'Retry-After': '2' } });
