import { readSnapshots } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { snapshotListAnswer, snapshotListQuery } from './snapshot-schema.ts';

export const listSnapshots = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/snapshots',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List snapshots of all levels, newest first',
    description: 'Each snapshot has the totals of all levels at that instant. Snapshots are never deleted.',
    query: snapshotListQuery,
    answers: { 200: { description: 'A page of snapshots', schema: snapshotListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor = null } }) {
      const body = await readPage(
        limit,
        (rowsMax) => readSnapshots(database.prisma, { afterId: cursor, limit: rowsMax }),
        ({ id }) => [id],
      );
      return { status: 200, body };
    },
  });
