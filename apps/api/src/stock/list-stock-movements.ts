import { movementListOf, readStockMovements, type MovementList, type StockMovement } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { defineRoute } from '../http/route.ts';
import { readPage } from '../http/list-page.ts';
import {
  movementFilter,
  stockMovementListAnswer,
  stockMovementListQuery,
  type StockMovementPlace,
} from './stock-movement-list-schema.ts';

export const listStockMovements = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-movements',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'List stock movements, newest first',
    description:
      'Returns movements that match all filters. Movements of one SKU at one location are in order of `level_seq`.',
    query: stockMovementListQuery,
    answers: { 200: { description: 'A page of movements', schema: stockMovementListAnswer } },
    refusals: [],
    async handle({ query: { limit, cursor, ...wanted } }) {
      const filter = movementFilter(wanted);
      const body = await readPage(
        limit,
        (rowsMax) => readStockMovements(database.prisma, filter, { after: cursor ?? null, limit: rowsMax }),
        (last) => placeOf(last, movementListOf(filter)),
      );
      return { status: 200, body };
    },
  });

function placeOf({ id, level_seq }: StockMovement, list: MovementList): StockMovementPlace {
  return list === 'level' ? { list, level_seq } : { list, id };
}
