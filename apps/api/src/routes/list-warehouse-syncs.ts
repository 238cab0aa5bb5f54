import { readSyncs } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import { syncListAnswer, syncListQuery } from '../schemas/warehouse-sync.ts';

export const listWarehouseSyncs = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/warehouse-syncs',
    tag: 'Workers',
    scope: 'ops:read',
    summary: 'Find what the warehouse was told, or is to be told, page by page, newest first',
    description:
      '`state=failed` are those that wait for an operator: see what is wrong, then retry one or all.',
    query: syncListQuery,
    answers: { 200: { description: 'The syncs', schema: syncListAnswer } },
    refusals: [],
    async handle({ query: { state = null, limit, cursor = null } }) {
      // One more than asked for tells whether there is another page.
      const syncs = await readSyncs(database.prisma, { state, afterId: cursor, limit: limit + 1 });
      const data = syncs.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: syncs.length > limit && last ? writeCursor([last.id]) : null },
      };
    },
  });
