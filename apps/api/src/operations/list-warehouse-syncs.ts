import { readSyncs } from '@holdfast/warehouse';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { syncListAnswer, syncListQuery } from './warehouse-sync-schema.ts';

export const listWarehouseSyncs = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/warehouse-syncs',
    tag: 'Workers',
    scope: 'ops:read',
    summary: 'List warehouse syncs, newest first',
    description: 'Syncs with `state=failed` wait for an operator. Correct the cause, then retry the syncs.',
    query: syncListQuery,
    answers: { 200: { description: 'The syncs', schema: syncListAnswer } },
    refusals: [],
    async handle({ query: { state = null, limit, cursor = null } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readSyncs(database.prisma, { state, afterId: cursor, limit: rowsMax }),
        ({ id }) => [id],
      );
      return { status: 200, body };
    },
  });
