import { doOnce, retryFailedSyncs, type NextSync } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { retrySyncsAnswer, retrySyncsBody } from '../schemas/warehouse-sync.ts';
import { enqueueRetried, refuseReusedKey, replayHeader } from './answers.ts';

export const retryWarehouseSyncs = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/warehouse-syncs/retry',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Have the warehouse told again of all that failed',
    description:
      'The oldest first, `limit` at most, each with all its attempts anew and under its old idempotency key. They go at ' +
      'the gateway’s pace: 1,000 take some 20 s. Call it again as long as `retried` is the limit.',
    body: retrySyncsBody,
    answers: { 202: { description: 'They wait for their turn', schema: retrySyncsAnswer } },
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
