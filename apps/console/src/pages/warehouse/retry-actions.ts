import type { Action, CallBy, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import { problemOf } from '../../api/problem.ts';
import type { ListedSync } from '../../api/warehouse-queries.ts';

/** As many as one call of the API takes. */
const RETRIED_MAX = 10_000;

const TOUCHES = [['syncs'], ['sync'], ['overview']];

export const retrySelectedAction = (
  syncs: readonly Pick<ListedSync, 'id' | 'order_id' | 'state'>[],
  onDone: () => void = () => {},
): Action<Values> => ({
  label: syncs.length === 1 ? 'Retry' : `Retry ${syncs.length}`,
  title: syncs.length === 1 ? 'Send this sync again' : `Send ${syncs.length} syncs again`,
  scope: 'ops:write',
  initial: {},
  changes: () =>
    syncs.slice(0, 10).map(({ id, order_id, state }) => ({
      label: `Sync of ${order_id ?? id}`,
      from: state,
      to: 'pending, sent at once',
    })),
  note: 'The warehouse knows a repeated message by its key, and does not act on it twice.',
  keepsReason: true,
  run: (_values, reason, by) => retryEach(syncs, reason, by).then(onDone),
  done: 'They are sent again.',
  touches: TOUCHES,
});

export const retryAllAction = (failed: number): Action<Values> => ({
  label: 'Retry all',
  title: 'Send all failed syncs again',
  scope: 'ops:write',
  initial: {},
  changes: () => [{ label: 'Failed syncs', from: failed, to: Math.max(0, failed - RETRIED_MAX) }],
  note: 'The oldest go first, at the pace that the warehouse allows. Correct the cause before.',
  keepsReason: true,
  run: (_values, reason, { actor, idempotencyKey }) =>
    holdfast().warehouseSyncs.retryAll(
      { state: 'failed', limit: RETRIED_MAX, reason },
      { actor, idempotencyKey },
    ),
  done: 'They are sent again.',
  touches: TOUCHES,
});

/** @throws {Error} that says how many were refused, and why the first was */
async function retryEach(
  syncs: readonly { readonly id: string }[],
  reason: string,
  by: CallBy,
): Promise<void> {
  const refused: unknown[] = [];
  for (const { id } of syncs) {
    const key = { actor: by.actor, idempotencyKey: `${by.idempotencyKey}-${id}` };
    await holdfast()
      .warehouseSyncs.retry(id, { reason }, key)
      .catch((error: unknown) => refused.push(error));
  }
  if (refused.length === 0) return;
  const { detail } = problemOf(refused[0]);
  throw new Error(
    `${syncs.length - refused.length} are sent again, ${refused.length} were refused. ${detail}`,
  );
}
