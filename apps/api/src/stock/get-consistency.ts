import { checkConsistency } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { consistencyAnswer, consistencyQuery, ISSUES_MAX } from './consistency-schema.ts';

export const getConsistency = ({ database }: ApiContext) => {
  const routine = oneAtATime(() => checkConsistency(database, { deep: false, issuesMax: ISSUES_MAX }));
  const deep = oneAtATime(() => checkConsistency(database, { deep: true, issuesMax: ISSUES_MAX }));
  return defineRoute({
    method: 'get',
    path: '/v1/inventory/consistency',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Compare stock counters with movements and reservations',
    description:
      'Compares counters with the newest movements and open reservations, and with `deep=true` also with the sums of all ' +
      'movements. Each comparison reads one instant, so concurrent calls cause no issues. A level that has promised more ' +
      'units than it has is listed as a `shortfall`. It leaves `is_consistent` true, as its counters are right.',
    query: consistencyQuery,
    answers: { 200: { description: 'The result of the check', schema: consistencyAnswer } },
    refusals: [],
    handle: async ({ query }) => ({ status: 200, body: await (query.deep ? deep() : routine()) }),
  });
};

/**
 * A check takes about a second for a million reservations, and the API reads over few connections: so it uses
 * one of them (and a deep one another), however many calls come. A call that comes while a check is under way
 * gets the result of the next one, never of one that began before it.
 */
function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | null = null;
  return () => {
    next ??= underWay
      .catch(() => undefined) // those who wait for it get the error
      .then(() => {
        next = null;
        const begun = work();
        underWay = begun;
        return begun;
      });
    return next;
  };
}
