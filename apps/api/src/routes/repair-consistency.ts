import { checkConsistency, type ConsistencyIssue } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { problemOf } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { ISSUES_MAX } from '../schemas/consistency.ts';
import { repairAnswer, repairBody, repairQuery } from '../schemas/repair.ts';
import { replayHeader } from './answers.ts';

export const repairConsistency = ({ database, ledger }: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/inventory/consistency/repair',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Make counters what movements and reservations say',
    description:
      'Checks all levels, then looks again at those with an issue while they are locked, and mends them in one transaction. ' +
      'Right is what open reservations hold, for `reserved` and `allocated`, and the sum of the movements, for `on_hand`. ' +
      'Each mend is in the movements: `drift` records what somebody changed behind the ledger’s back, `repair` mends it. ' +
      'While it looks, whoever wants those levels waits. At most 1,000 issues in one call: repeat until `repairs` is empty.',
    query: repairQuery,
    body: repairBody,
    answers: { 200: { description: 'What was wrong, and is right now', schema: repairAnswer } },
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
      if (!('repairs' in outcome)) throw new Error('a repair was answered with something else');
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
