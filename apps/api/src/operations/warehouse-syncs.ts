import type { StoredTrace } from '@holdfast/contract';
import type { Transaction } from '@holdfast/db';
import {
  readSync,
  readSyncDetails,
  readSyncs,
  retryFailedSyncs,
  retrySync,
  type RetriedBy,
  type WarehouseSync,
} from '@holdfast/warehouse';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { idParams } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineList } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';
import {
  ATTEMPTS_SHOWN_MAX,
  retrySyncBody,
  retrySyncsAnswer,
  retrySyncsBody,
  syncAnswer,
  syncDetailsAnswer,
  syncListAnswer,
  syncListQuery,
} from './warehouse-sync-schema.ts';

export const listWarehouseSyncs = () =>
  defineList({
    path: '/v1/warehouse-syncs',
    tag: 'Workers',
    scope: 'ops:read',
    readFrom: 'lagging',
    summary: 'List warehouse syncs',
    description:
      'Syncs with `state=failed` wait for an operator. Correct the cause, then retry the syncs. What has waited longest: ' +
      '`state=pending&sort=oldest`.',
    query: syncListQuery,
    answer: { description: 'The syncs', schema: syncListAnswer },
    read: ({ sort, cursor = null, limit, ...query }, from) =>
      readSyncs(
        from.prisma,
        {
          state: query.state ?? null,
          orderId: query.order_id ?? null,
          reservationId: query.reservation_id ?? null,
          since: query.since ?? null,
        },
        { oldestFirst: sort === 'oldest', afterId: cursor, limit },
      ),
    placeOf: ({ id }) => [id],
  });

export const getWarehouseSync = () =>
  defineRoute({
    method: 'get',
    path: '/v1/warehouse-syncs/{id}',
    tag: 'Workers',
    scope: 'ops:read',
    readFrom: 'reached',
    summary: 'Read a warehouse sync: its request, and the gateway’s answer to each attempt',
    params: idParams,
    answers: { 200: { description: 'The sync with its attempts', schema: syncDetailsAnswer } },
    refusals: ['not_found'],
    async handle({ params, from }) {
      const sync = await readSyncDetails(from.prisma, params.id, ATTEMPTS_SHOWN_MAX);
      if (!sync) throw noSync(params.id);
      return { status: 200, body: sync };
    },
  });

const noSync = (id: string) => new Problem('not_found', `There is no warehouse sync ${id}.`);

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
      const { outcome, replayed } = await doOnceForKey(context.database, call, async (tx) => ({
        retried: await retryFailedSyncs(tx, body.limit, { caller, reason: body.reason ?? null }),
      }));
      context.log.info('syncs.retried_by_hand', { request_id: requestId, caller, ...outcome });
      if (!replayed) context.producer.wakeSyncLine();
      return { status: 202, body: outcome, headers: replayHeader(replayed) };
    },
  });

export const retryWarehouseSync = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/warehouse-syncs/{id}/retry',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Send a failed or waiting sync to the warehouse again, at once',
    description:
      'A failed sync gets all its attempts again, under the same idempotency key. A pending sync is tried now. 409 in any ' +
      'other state. Later syncs of the reservation that are not sent yet wait for it. Read the result in the list.',
    params: idParams,
    body: retrySyncBody,
    answers: { 202: { description: 'The sync waits to be sent', schema: syncAnswer } },
    refusals: ['not_found', 'invalid_transition'],
    keyed: true,
    async handle({ params, body, caller, path, idempotencyKey, requestId, signal }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnceForKey(context.database, call, (tx) =>
        retry(tx, params.id, { caller, reason: body.reason ?? null }),
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
      if (!replayed) await enqueueRetried(context, sync, signal.trace);
      return { status: 202, body: sync, headers };
    },
  });

/** @throws {Problem} `not_found`, which no key remembers */
async function retry(
  tx: Transaction,
  syncId: string,
  by: RetriedBy,
): Promise<{ accepted: boolean; sync: WarehouseSync }> {
  const retried = await retrySync(tx, syncId, by);
  if (retried) return { accepted: true, sync: retried };
  const sync = await readSync(tx, syncId);
  if (!sync) throw noSync(syncId);
  return { accepted: false, sync };
}

/** @param trace of the request that asks for it; the gateway gets the one that the sync comes from */
async function enqueueRetried(
  { producer, log }: ApiContext,
  { id, action }: WarehouseSync,
  trace: StoredTrace,
): Promise<void> {
  await enqueueAfterCommit(log, { syncs: 1 }, () => producer.enqueueSyncs([{ id, action, ...trace }]));
}
