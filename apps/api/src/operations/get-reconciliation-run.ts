import { readRun } from '@holdfast/reconciliation';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { reconciliationRunAnswer } from './reconciliation-schema.ts';

export const getReconciliationRun = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reconciliation-runs/{id}',
    tag: 'Workers',
    scope: 'ops:read',
    summary: 'Read a reconciliation run',
    params: idParams,
    answers: { 200: { description: 'The run', schema: reconciliationRunAnswer } },
    refusals: ['not_found'],
    async handle({ params }) {
      const run = await readRun(database.prisma, params.id);
      if (!run) throw new Problem('not_found', `There is no reconciliation run ${params.id}.`);
      const { job_id: _jobId, ...shown } = run;
      return { status: 200, body: shown };
    },
  });
