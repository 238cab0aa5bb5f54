import { readRuns } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import { reconciliationRunListAnswer, reconciliationRunListQuery } from '../schemas/reconciliation.ts';

export const listReconciliationRuns = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/reconciliation-runs',
    tag: 'Workers',
    scope: 'ops:read',
    summary: 'What reconciliation runs have found and done, page by page, newest first',
    description:
      'A page has fewer runs than `limit` where those would name more than 20,000 reservations and issues; ' +
      '`next_cursor` leads on.',
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
