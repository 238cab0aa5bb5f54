import { doOnce, queueRun, readRun, setRunJob } from '@holdfast/db';
import { newId } from '@holdfast/ledger';
import type { ApiContext } from '../context.ts';
import { nameCall } from '../http/idempotency-key.ts';
import { defineRoute } from '../http/route.ts';
import { reconcileAnswer, reconcileBody } from '../schemas/reconciliation.ts';
import { refuseReusedKey, replayHeader } from './answers.ts';

export const reconcileStale = (context: ApiContext) =>
  defineRoute({
    method: 'post',
    path: '/v1/workers/reconcile-stale',
    tag: 'Workers',
    scope: 'ops:write',
    summary: 'Have a worker give back what is due, queue what was lost and check the counters',
    description:
      'Answers at once; the run is read at `status_url`. One run is under way at a time, over all workers: a run that ' +
      'waits with the same wishes is joined, any other request waits for its turn behind the one that is under way.',
    body: reconcileBody,
    answers: { 202: { description: 'Queued', schema: reconcileAnswer } },
    refusals: [],
    keyed: true,
    async handle({ body, caller, path, idempotencyKey, requestId }) {
      const call = nameCall({ caller, path, key: idempotencyKey, body });
      const { outcome, replayed } = await doOnce(context.database, call, async (tx) => {
        const wishes = { trigger: 'manual' as const, dryRun: body.dry_run, limit: body.limit };
        const { runId, joined } = await queueRun(tx, { id: newId(), ...wishes });
        return { run_id: runId, joined };
      }).catch(refuseReusedKey);
      // A replay answers as before, also when the job has run and the queue has forgotten it.
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

/** The queue may be away; then each worker's own timer finds the run that waits. */
async function enqueue({ producer, database, log }: ApiContext, runId: string): Promise<string | null> {
  try {
    const jobId = await producer.enqueueReconcile({ run_id: runId, trigger: 'manual' });
    await setRunJob(database.prisma, runId, jobId);
    return jobId;
  } catch (error) {
    log.warn('queue.enqueue_failed', { error, run_id: runId });
    return null;
  }
}
