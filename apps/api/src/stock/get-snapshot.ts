import { readSnapshot, readSnapshotLevels } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import { idParams } from '../http/fields-schema.ts';
import { snapshotLevelsAnswer, snapshotLevelsQuery } from './snapshot-schema.ts';

export const getSnapshot = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/snapshots/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read a snapshot: its levels by SKU and location',
    description: 'Every level at the instant of the snapshot, at most 200 a page. Use `cursor` to page.',
    params: idParams,
    query: snapshotLevelsQuery,
    answers: { 200: { description: 'Totals and a page of levels', schema: snapshotLevelsAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { limit, cursor = null } }) {
      const snapshot = await readSnapshot(database.prisma, id);
      if (!snapshot) throw new Problem('not_found', `There is no snapshot ${id}.`);
      // A snapshot never changes, so a second statement sees the same.
      const page = await readPage(
        limit,
        (rowsMax) => readSnapshotLevels(database.prisma, id, { after: cursor, limit: rowsMax }),
        ({ sku, location }) => [sku, location],
      );
      return { status: 200, body: { ...snapshot, ...page } };
    },
  });
