import { readSnapshot, readSnapshotLevels, readSnapshots } from '@holdfast/stock';
import { idListQuery, idParams } from '../http/fields-schema.ts';
import { defineList, pageOf } from '../http/list-route.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { snapshotLevelsAnswer, snapshotLevelsQuery, snapshotListAnswer } from './snapshot-schema.ts';

export const listSnapshots = () =>
  defineList({
    path: '/v1/inventory/snapshots',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'List snapshots of all levels, newest first',
    description: 'Each snapshot has the totals of all levels at that instant. Snapshots are never deleted.',
    query: idListQuery,
    answer: { description: 'A page of snapshots', schema: snapshotListAnswer },
    read: ({ cursor = null, limit }, from) => readSnapshots(from.prisma, { after: cursor, limit }),
    placeOf: ({ id }) => [id],
  });

export const getSnapshot = () =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/snapshots/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    readFrom: 'lagging',
    summary: 'Read a snapshot: its levels by SKU and location',
    description: 'Every level at the instant of the snapshot, at most 200 a page. Use `cursor` to page.',
    params: idParams,
    query: snapshotLevelsQuery,
    answers: { 200: { description: 'Totals and a page of levels', schema: snapshotLevelsAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { limit, cursor = null }, from }) {
      const snapshot = await readSnapshot(from.prisma, id);
      if (!snapshot) throw new Problem('not_found', `There is no snapshot ${id}.`);
      // A snapshot never changes, so a second statement sees the same.
      const levels = await readSnapshotLevels(from.prisma, id, { after: cursor, limit: limit + 1 });
      const page = pageOf(levels, limit, ({ sku, location }) => [sku, location]);
      return { status: 200, body: { ...snapshot, ...page } };
    },
  });
