import { takeSnapshot as take } from '@holdfast/stock';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { keyNameOf } from '../http/actor.ts';
import { limitConcurrency } from '../http/limit-concurrency.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { snapshotAnswer, takeSnapshotBody } from './snapshot-schema.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';

/** A million levels take some seconds. */
const TIME_LIMIT_MS = 60_000;

/**
 * A snapshot keeps a connection for seconds, and the API has few: so all of them use one. A caller that wants
 * more of them than may wait is probably in a loop.
 */
const IN_TURN = {
  atOnceMax: 1,
  waitingMax: 20,
  refusal: 'Too many snapshots wait already. Nothing was done.',
  retryAfterSeconds: 10,
};

export const takeSnapshot = ({ database }: ApiContext) => {
  const inTurn = limitConcurrency(IN_TURN);
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
      const { outcome, replayed } = await inTurn(keyNameOf(caller), () =>
        doOnceForKey(database, call, (tx) => take(tx, { id: newId(), caller }), {
          timeLimitMs: TIME_LIMIT_MS,
        }),
      );
      return {
        status: 201,
        body: outcome,
        headers: { Location: `/v1/inventory/snapshots/${outcome.id}`, ...replayHeader(replayed) },
      };
    },
  });
};
