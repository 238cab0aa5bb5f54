import { checkConsistency, type ConsistencyIssue } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { accepted } from '../http/keyed-answer.ts';
import {
  consistencyAnswer,
  consistencyQuery,
  ISSUES_MAX,
  repairAnswer,
  repairBody,
  repairQuery,
} from './consistency-schema.ts';

export const getConsistency = ({ database }: ApiContext) => {
  const routine = oneAtATime(() => checkConsistency(database, { deep: false, issuesMax: ISSUES_MAX }));
  const deep = oneAtATime(() => checkConsistency(database, { deep: true, issuesMax: ISSUES_MAX }));
  return defineRoute({
    method: 'get',
    path: '/v1/inventory/consistency',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'primary',
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
 * A check takes about a second for a million reservations, and the API has few connections: so one check runs
 * at a time. A call during a check gets the result of the next one, never of one that began earlier.
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

export const repairConsistency = ({ database, ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/inventory/consistency/repair',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Repair stock counters from movements and reservations',
    description:
      'Checks all levels, then locks those with an issue, checks them again, and repairs them in one transaction. ' +
      '`reserved` and `allocated` become the units of open reservations, `on_hand` the sum of the movements. ' +
      'Each repair is two movements: `drift` records the change that was made outside the ledger, `repair` corrects it. ' +
      'Meanwhile commands that need those levels wait. One call repairs at most 1,000 issues: repeat until `repairs` is empty.',
    query: repairQuery,
    body: repairBody,
    answers: { 200: { description: 'What was repaired', schema: repairAnswer } },
    refusals: [],
    keyed: true,
    async handle({ query: { deep }, body: { dry_run }, caller, path, idempotencyKey, signal }) {
      const { issues } = await checkConsistency(database, { deep, issuesMax: ISSUES_MAX });
      const { outcome, replay } = await ledger
        .submit(
          { kind: 'repair-stock', levels: damagedLevels(issues), dryRun: dry_run, caller },
          nameCall({ caller, path, key: idempotencyKey, body: { dry_run, deep } }),
          { signal },
        )
        .then(accepted);
      const { repairs, unrepaired } = outcome;
      return { status: 200, body: { dry_run, repairs, unrepaired }, headers: replay };
    },
  });

/** Each once. A shortfall is no damage. */
function damagedLevels(issues: readonly ConsistencyIssue[]) {
  const damaged = issues.filter(({ kind }) => kind !== 'shortfall');
  const levels = damaged.map(
    ({ sku, location }) => [JSON.stringify([sku, location]), { sku, location }] as const,
  );
  return [...new Map(levels).values()];
}
