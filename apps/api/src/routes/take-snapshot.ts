import { doOnce, takeSnapshot as take } from '@holdfast/db';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { snapshotAnswer, takeSnapshotBody } from '../schemas/snapshot.ts';
import { refuseReusedKey, replayHeader } from './answers.ts';

/** A million levels take some seconds. */
const TIME_LIMIT_MS = 60_000;

/** Snapshots that wait for their turn. Whoever wants more of them has a loop. */
const WAITING_MAX = 20;
const RETRY_AFTER_SECONDS = '10';

export const takeSnapshot = ({ database }: ApiContext) => {
  const inTurn = oneAfterTheOther(WAITING_MAX);
  return defineRoute({
    method: 'post',
    path: '/v1/inventory/snapshots',
    tag: 'Stock',
    scope: 'stock:write',
    summary: 'Record all levels as they are at one instant',
    description:
      'Nobody waits for it: reservations go on meanwhile. What it recorded is kept, and can be read later.',
    body: takeSnapshotBody,
    answers: {
      201: {
        description: 'Taken',
        schema: snapshotAnswer,
        headers: { Location: 'Where to read it, level by level' },
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
 * A snapshot keeps a connection for seconds, and the API reads over few: so all of them use one, each in its turn.
 * @throws {Problem} `overloaded` when too many wait already
 */
function oneAfterTheOther(waitingMax: number) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (waiting >= waitingMax) {
      throw new Problem('overloaded', 'Too many snapshots wait already. Nothing was done.', {
        headers: { 'Retry-After': RETRY_AFTER_SECONDS },
      });
    }
    waiting += 1;
    const turn = last.then(() => {
      waiting -= 1;
      return work();
    });
    last = turn.catch(() => undefined); // told to whoever's turn it was
    return turn;
  };
}
