import { readSnapshots } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import { snapshotListAnswer, snapshotListQuery } from '../schemas/snapshot.ts';

export const listSnapshots = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/snapshots',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Find snapshots of all levels, page by page, newest first',
    description: 'Each with the totals of all levels at that instant. Nothing deletes one.',
    query: snapshotListQuery,
    answers: { 200: { description: 'Their totals', schema: snapshotListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null } }) {
      // One more than asked for tells whether there is another page.
      const snapshots = await readSnapshots(database.prisma, { afterId: cursor, limit: limit + 1 });
      const data = snapshots.slice(0, limit);
      const last = data.at(-1);
      return {
        status: 200,
        body: { data, next_cursor: snapshots.length > limit && last ? writeCursor([last.id]) : null },
      };
    },
  });
