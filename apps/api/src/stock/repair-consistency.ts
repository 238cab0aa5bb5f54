import { checkConsistency, type ConsistencyIssue } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { ISSUES_MAX } from './consistency-schema.ts';
import { repairAnswer, repairBody, repairQuery } from './repair-schema.ts';
import { replayHeader } from '../reservations/answers.ts';

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
      const { outcome, replayed } = await ledger.submit(
        { kind: 'repair-stock', levels: damagedLevels(issues), dryRun: dry_run, caller },
        nameCall({ caller, path, key: idempotencyKey, body: { dry_run, deep } }),
        { signal },
      );
      const replay = replayHeader(replayed);
      if (!outcome.ok) throw problemOf(outcome.refusal, replay);
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
