import { traceFields, type StoredTrace } from '@holdfast/contract';
import { newId } from '@holdfast/ledger';
import { queueRun, readRun, readRuns, setRunJob } from '@holdfast/reconciliation';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { idListQuery, idParams, writeCursor } from '../http/fields-schema.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { doOnceForKey, replayHeader } from '../http/keyed-answer.ts';
import {
  reconcileAnswer,
  reconcileBody,
  reconciliationRunAnswer,
  reconciliationRunListAnswer,
} from './reconciliation-schema.ts';

export const reconcileStale = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/workers/reconcile-stale',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Queue a reconcile run: give back due holds, queue lost jobs, check the counters',
    description:
      'Answers at once; read the run at `status_url`. All workers together run one reconcile run at a time, and others ' +
      'wait. If a run with the same `limit` and `dry_run` is waiting, the request joins it and queues no new run.',
    body: reconcileBody,
    answers: { 202: { description: 'The run is queued', schema: reconcileAnswer } },
    refusals: [],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, requestId, signal }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnceForKey(context.database, call, async (tx) => {
        const wishes = { trigger: 'manual' as const, dryRun: body.dry_run, limit: body.limit };
        const { runId, joined } = await queueRun(tx, { id: newId(), ...wishes });
        return { run_id: runId, joined };
      });
      // A replay answers as before, also when the job has run and the queue no longer has it.
      const known = replayed ? await readRun(context.database.prisma, outcome.run_id) : null;
      const job_id = known?.job_id ?? (await enqueue(context, outcome.run_id, signal.trace));
      const { run_id, joined } = outcome;
      context.log.info('reconcile.asked_for', { request_id: requestId, caller, run_id, joined });
      const status_url = `/v1/reconciliation-runs/${run_id}`;
      return {
        status: 202,
        body: { run_id, job_id, status: 'queued', status_url, joined },
        headers: replayHeader(replayed),
      };
    },
  });

/** @returns the job's id; null: the queue is away */
const enqueue = (
  { producer, database, log }: ApiContext,
  runId: string,
  trace: StoredTrace,
): Promise<string | null> =>
  enqueueAfterCommit(log, { run_id: runId }, async () => {
    const jobId = await producer.enqueueReconcile({
      run_id: runId,
      trigger: 'manual',
      ...traceFields(trace),
    });
    await setRunJob(database.prisma, runId, jobId);
    return jobId;
  });

export const listReconciliationRuns = () =>
  defineRoute({
    method: 'get',
    path: '/v1/reconciliation-runs',
    tag: 'Workers',
    scope: 'ops:read',
    readFrom: 'lagging',
    summary: 'List reconciliation runs, newest first',
    description:
      'A page has fewer runs than `limit` if these would name more than 20,000 reservations and issues; ' +
      '`next_cursor` gets the rest.',
    query: idListQuery,
    answers: { 200: { description: 'The runs', schema: reconciliationRunListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null }, from }) {
      const { runs, hasMore } = await readRuns(from.prisma, { after: cursor, limit });
      const last = runs.at(-1);
      const next_cursor = hasMore && last ? writeCursor([last.id]) : null;
      return { status: 200, body: { data: runs, next_cursor } };
    },
  });

export const getReconciliationRun = () =>
  defineRoute({
    method: 'get',
    path: '/v1/reconciliation-runs/{id}',
    tag: 'Workers',
    scope: 'ops:read',
    readFrom: 'reached',
    summary: 'Read a reconciliation run',
    params: idParams,
    answers: { 200: { description: 'The run', schema: reconciliationRunAnswer } },
    refusals: ['not_found'],
    async handle({ params, from }) {
      const run = await readRun(from.prisma, params.id);
      if (!run) throw new Problem('not_found', `There is no reconciliation run ${params.id}.`);
      const { job_id: _jobId, ...shown } = run;
      return { status: 200, body: shown };
    },
  });
