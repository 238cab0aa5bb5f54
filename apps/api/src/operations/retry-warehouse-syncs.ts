import { doOnce } from '@holdfast/idempotency';
import { retryFailedSyncs, type NextSync } from '@holdfast/warehouse';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { retrySyncsAnswer, retrySyncsBody } from './warehouse-sync-schema.ts';
import { enqueueRetried, refuseReusedKey, replayHeader } from '../reservations/answers.ts';

export const retryWarehouseSyncs = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/warehouse-syncs/retry',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Send all failed syncs to the warehouse again',
    description:
      'Retries at most `limit` syncs, oldest first. Each gets all its attempts again, under its old idempotency key. They are sent ' +
      'at the gateway’s rate limit: 1,000 take some 20 s. Repeat the call while `retried` equals the limit.',
    body: retrySyncsBody,
    answers: { 202: { description: 'The syncs wait to be sent', schema: retrySyncsAnswer } },
    refusals: [],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      let syncs: readonly NextSync[] = []; // not part of what the key remembers: there may be 10,000
      const { outcome, replayed } = await doOnce(context.database, call, async (tx) => {
        syncs = await retryFailedSyncs(tx, body.limit);
        return { retried: syncs.length };
      }).catch(refuseReusedKey);
      context.log.info('syncs.retried_by_hand', { request_id: requestId, caller, ...outcome });
      if (!replayed) await enqueueRetried(context, syncs);
      return { status: 202, body: outcome, headers: replayHeader(replayed) };
    },
  });
