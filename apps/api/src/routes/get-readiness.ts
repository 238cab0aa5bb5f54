import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';

const DATABASE_TIMEOUT_MS = 1_000;

const readinessAnswer = z.strictObject({
  status: z.literal('ready'),
  database: z.literal('ok'),
  queue: z.enum(['ok', 'degraded']),
});

export const getReadiness = ({ database, producer }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/readyz',
    tag: 'Operations',
    summary: 'The process can do its work',
    description: 'Without a queue it can: commits need none. Its jobs are rebuilt when the queue is back.',
    answers: { 200: { description: 'It can', schema: readinessAnswer } },
    refusals: ['unavailable'],
    async handle() {
      const [reachable, queued] = await Promise.all([
        database.isReachable(DATABASE_TIMEOUT_MS),
        producer.isReady(),
      ]);
      if (!reachable) {
        throw new Problem('unavailable', 'The database cannot be reached.', {
          headers: { 'Retry-After': '2' },
        });
      }
      return { status: 200, body: { status: 'ready', database: 'ok', queue: queued ? 'ok' : 'degraded' } };
    },
  });
