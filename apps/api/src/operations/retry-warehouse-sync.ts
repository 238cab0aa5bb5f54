import { type Transaction } from '@holdfast/db';
import { doOnce } from '@holdfast/idempotency';
import { readSync, retrySync, type WarehouseSync } from '@holdfast/warehouse';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { retrySyncBody, syncAnswer } from './warehouse-sync-schema.ts';
import { enqueueRetried, refuseReusedKey, replayHeader } from '../reservations/answers.ts';

export const retryWarehouseSync = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/warehouse-syncs/{id}/retry',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Send a failed or waiting sync to the warehouse again, at once',
    description:
      'A failed sync gets all its attempts again, under the same idempotency key. A pending sync is tried now. 409 in any ' +
      'other state, or if a later sync of its reservation has replaced it. Read the result in the list, or in ' +
      '`warehouse_sync` of the reservation.',
    params: idParams,
    body: retrySyncBody,
    answers: { 202: { description: 'The sync waits to be sent', schema: syncAnswer } },
    refusals: ['not_found', 'invalid_transition'],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnce(context.database, call, (tx) => retry(tx, params.id)).catch(
        refuseReusedKey,
      );
      const { accepted, sync } = outcome;
      const headers = replayHeader(replayed);
      if (!accepted) {
        const detail = `The sync is ${sync.state}: only one that failed, or waits, can be tried again.`;
        throw new Problem('invalid_transition', detail, {
          extensions: { current_status: sync.state },
          headers,
        });
      }
      context.log.info('sync.retried_by_hand', { request_id: requestId, caller, sync_id: sync.id });
      if (!replayed) await enqueueRetried(context, [sync]);
      return { status: 202, body: sync, headers };
    },
  });

/** @throws {Problem} `not_found`, which no key remembers */
async function retry(tx: Transaction, syncId: string): Promise<{ accepted: boolean; sync: WarehouseSync }> {
  const retried = await retrySync(tx, syncId);
  if (retried) return { accepted: true, sync: retried };
  const sync = await readSync(tx, syncId);
  if (!sync) throw new Problem('not_found', `There is no warehouse sync ${syncId}.`);
  return { accepted: false, sync };
}
