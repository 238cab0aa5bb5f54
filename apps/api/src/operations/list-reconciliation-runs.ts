import { readRuns } from '@holdfast/reconciliation';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../http/fields-schema.ts';
import { reconciliationRunListAnswer, reconciliationRunListQuery } from './reconciliation-schema.ts';

export const listReconciliationRuns = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reconciliation-runs',
    tag: 'Workers',
    scope: 'ops:read',
    summary: 'List reconciliation runs, newest first',
    description:
      'A page has fewer runs than `limit` if these would name more than 20,000 reservations and issues; ' +
      '`next_cursor` gets the rest.',
    query: reconciliationRunListQuery,
    answers: { 200: { description: 'The runs', schema: reconciliationRunListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null } }) {
      const { runs, hasMore } = await readRuns(database.prisma, { afterId: cursor, limit });
      const last = runs.at(-1);
      return {
        status: 200,
        body: { data: runs, next_cursor: hasMore && last ? writeCursor([last.id]) : null },
      };
    },
  });
