import { checkConsistency } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { consistencyAnswer, consistencyQuery, ISSUES_MAX } from '../schemas/consistency.ts';

export const getConsistency = ({ database }: ApiContext) => {
  const routine = oneAtATime(() => checkConsistency(database, { deep: false, issuesMax: ISSUES_MAX }));
  const deep = oneAtATime(() => checkConsistency(database, { deep: true, issuesMax: ISSUES_MAX }));
  return defineRoute({
    method: 'get',
    path: '/v1/inventory/consistency',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Check that the counters are what movements and reservations say',
    description:
      'Against the balances of the newest movements, and against the lines of open reservations; with `deep=true` ' +
      'against the sums of all movements, too. Each comparison sees one instant, so that traffic meanwhile is no ' +
      'issue. Every level that has promised more than it has is named as a `shortfall`; `is_consistent` stays true ' +
      'where there is nothing else, because the counters agree: what is short is a promise, not a count.',
    query: consistencyQuery,
    answers: { 200: { description: 'What was found', schema: consistencyAnswer } },
    refusals: [],
    handle: async ({ query }) => ({ status: 200, body: await (query.deep ? deep() : routine()) }),
  });
};

/**
 * A check takes about a second for a million reservations, and the API reads over few connections: so it uses one of them
 * (and a deep one another), however many ask. Whoever asks while a check is under way gets the next one's answer, never one from before they asked.
 */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    next ??= underWay
      .catch(() => undefined) // told to those who wait for it
      .then(() => {
        next = null;
        const begun = work();
        underWay = begun;
        return begun;
      });
    return next;
  };
}
