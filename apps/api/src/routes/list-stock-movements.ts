import { movementListOf, readStockMovements, type MovementList, type StockMovement } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { writeCursor } from '../schemas/fields.ts';
import {
  movementFilter,
  stockMovementListAnswer,
  stockMovementListQuery,
  type StockMovementPlace,
} from '../schemas/stock-movement-list.ts';

export const listStockMovements = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-movements',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read every change of stock, page by page, newest first',
    description:
      'Those that fit all that is asked for. Of one SKU in one location they come by `level_seq`, exactly.',
    query: stockMovementListQuery,
    answers: { 200: { description: 'From the ledger', schema: stockMovementListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor, ...wanted } }) {
      const filter = movementFilter(wanted);
      // One more than asked for tells whether there is another page.
      const found = await readStockMovements(database.prisma, filter, {
        after: cursor ?? null,
        limit: limit + 1,
      });
      const data = found.slice(0, limit);
      const last = data.at(-1);
      const place = last && placeOf(last, movementListOf(filter));
      return {
        status: 200,
        body: { data, next_cursor: found.length > limit && place ? writeCursor(place) : null },
      };
    },
  });

function placeOf({ id, level_seq }: StockMovement, list: MovementList): StockMovementPlace {
  return list === 'level' ? { list, level_seq } : { list, id };
}
