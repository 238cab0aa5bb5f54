import { doOnce } from '@holdfast/idempotency';
import { queueRun, readRun, setRunJob } from '@holdfast/reconciliation';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { enqueueAfterCommit } from '../enqueue-after-commit.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { reconcileAnswer, reconcileBody } from './reconciliation-schema.ts';
import { refuseReusedKey, replayHeader } from '../reservations/answers.ts';

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
    async handle({ body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnce(context.database, call, async (tx) => {
        const wishes = { trigger: 'manual' as const, dryRun: body.dry_run, limit: body.limit };
        const { runId, joined } = await queueRun(tx, { id: newId(), ...wishes });
        return { run_id: runId, joined };
      }).catch(refuseReusedKey);
      // A replay answers as before, also when the job has run and the queue no longer has it.
      const known = replayed ? await readRun(context.database.prisma, outcome.run_id) : null;
      const job_id = known?.job_id ?? (await enqueue(context, outcome.run_id));
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
const enqueue = ({ producer, database, log }: ApiContext, runId: string): Promise<string | null> =>
  enqueueAfterCommit(log, { run_id: runId }, async () => {
    const jobId = await producer.enqueueReconcile({ run_id: runId, trigger: 'manual' });
    await setRunJob(database.prisma, runId, jobId);
    return jobId;
  });
