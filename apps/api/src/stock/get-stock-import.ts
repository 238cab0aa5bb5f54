import { readImport, readImportErrors } from '@holdfast/stock';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../http/fields-schema.ts';
import { stockImportWithErrorsAnswer } from './stock-import-schema.ts';

export const getStockImport = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-imports/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'Read an import: its state and the rejected rows',
    description:
      '`state` ends as `succeeded`, even if rows were rejected, or as `failed`. `applied` and `rejected` rise until then.',
    params: idParams,
    answers: { 200: { description: 'The import', schema: stockImportWithErrorsAnswer } },
    refusals: ['not_found'],
    async handle({ params: { id } }) {
      const found = await readImport(database.prisma, id);
      if (!found) throw new Problem('not_found', `There is no stock import ${id}.`);
      const errors = found.rejected > 0 ? await readImportErrors(database.prisma, id) : [];
      return { status: 200, body: { ...found, status_url: `/v1/stock-imports/${id}`, errors } };
    },
  });
