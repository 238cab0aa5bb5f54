import { readSnapshot, readSnapshotLevels } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams, writeCursor } from '../schemas/fields.ts';
import { snapshotLevelsAnswer, snapshotLevelsQuery } from '../schemas/snapshot.ts';

export const getSnapshot = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/inventory/snapshots/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read a snapshot, page by page: its levels by SKU and location',
    description: 'What every level was at that instant: at most 200 a page, go on with `cursor`.',
    params: idParams,
    query: snapshotLevelsQuery,
    answers: { 200: { description: 'Its totals and levels', schema: snapshotLevelsAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id }, query: { limit, cursor = null } }) {
      const snapshot = await readSnapshot(database.prisma, id);
      if (!snapshot) throw new Problem('not_found', `There is no snapshot ${id}.`);
      // Written once and never changed: a second statement sees the same. One more tells whether there is another page.
      const levels = await readSnapshotLevels(database.prisma, id, { after: cursor, limit: limit + 1 });
      const data = levels.slice(0, limit);
      const last = data.at(-1);
      const next_cursor = levels.length > limit && last ? writeCursor([last.sku, last.location]) : null;
      return { status: 200, body: { ...snapshot, data, next_cursor } };
    },
  });
