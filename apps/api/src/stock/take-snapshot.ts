import { retryAfter } from '@holdfast/contract';
import { doOnce } from '@holdfast/idempotency';
import { takeSnapshot as take } from '@holdfast/stock';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { snapshotAnswer, takeSnapshotBody } from './snapshot-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';

/** A million levels take some seconds. */
const TIME_LIMIT_MS = 60_000;

/** Snapshots that wait for their turn. A caller that wants more of them is probably in a loop. */
const WAITING_MAX = 20;
const RETRY_AFTER_SECONDS = 10;

export const takeSnapshot = ({ database }: ApiContext) => {
  const inTurn = oneAfterTheOther(WAITING_MAX);
  return defineRoute({
    method: 'post',
    path: '/v1/inventory/snapshots',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Take a snapshot of all levels at one instant',
    description: 'Reservations continue meanwhile. A snapshot is kept and can be read later.',
    body: takeSnapshotBody,
    answers: {
      201: {
        description: 'The snapshot was taken',
        schema: snapshotAnswer,
        headers: { Location: 'The path of the snapshot' },
      },
    },
    refusals: ['overloaded'],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await inTurn(() =>
        doOnce(database, call, (tx) => take(tx, { id: newId(), caller }), { timeLimitMs: TIME_LIMIT_MS }),
      ).catch(refuseReusedKey);
      return {
        status: 201,
        body: outcome,
        headers: { Location: `/v1/inventory/snapshots/${outcome.id}`, ...replayHeader(replayed) },
      };
    },
  });
};

/**
 * A snapshot keeps a connection for seconds, and the API reads over few: so all of them use one, each in its
 * turn.
 * @throws {Problem} `overloaded` when too many wait already
 */
function oneAfterTheOther(waitingMax: number) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting >= waitingMax) {
      throw new Problem('overloaded', 'Too many snapshots wait already. Nothing was done.', {
        headers: retryAfter(RETRY_AFTER_SECONDS),
      });
    }
    waiting += 1;
    const turn = last.then(() => {
      waiting -= 1;
      return work();
    });
    last = turn.catch(() => undefined); // the caller whose turn it was gets the error
    return turn;
  };
}
