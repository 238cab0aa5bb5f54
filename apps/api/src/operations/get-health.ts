import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';

export const getHealth = (_context: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/healthz',
    tag: 'Operations',
    scope: null,
    summary: 'Liveness: whether the process runs',
    answers: {
      200: { description: 'The process is alive', schema: z.strictObject({ status: z.literal('ok') }) },
    },
    refusals: [],
    handle: () => Promise.resolve({ status: 200, body: { status: 'ok' } }),
  });
