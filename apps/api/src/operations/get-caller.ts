import { SCOPES } from '@holdfast/runtime';
import { z } from 'zod';
import { defineRoute } from '../http/route.ts';

const callerAnswer = z
  .strictObject({
    name: z.string().meta({ description: 'The name of the API key; `anonymous` without API keys' }),
    scopes: z.array(z.enum(SCOPES)).meta({ description: 'What the key may do; without API keys: all' }),
  })
  .meta({ id: 'Caller', examples: [{ name: 'backoffice', scopes: ['reservations:read', 'stock:read'] }] });

export const getCaller = () =>
  defineRoute({
    method: 'get',
    path: '/v1/caller',
    tag: 'Operations',
    scope: 'any:read',
    readFrom: 'primary',
    summary: 'Read the name and the scopes of the API key that calls',
    description: 'A page or a script finds out here what its key may do, without trying it.',
    answers: { 200: { description: 'The caller', schema: callerAnswer } },
    refusals: [],
    handle: ({ caller, scopes }) =>
      Promise.resolve({
        status: 200,
        body: { name: caller, scopes: SCOPES.filter((each) => scopes.has(each)) },
      }),
  });
