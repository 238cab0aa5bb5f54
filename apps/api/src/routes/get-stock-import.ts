import { readImport, readImportErrors } from '@holdfast/db';
import type { ApiContext } from '../context.ts';
import { Problem } from '../http/problem.ts';
import { defineRoute } from '../http/route.ts';
import { idParams } from '../schemas/fields.ts';
import { stockImportWithErrorsAnswer } from '../schemas/stock-import.ts';

export const getStockImport = ({ database }: ApiContext) =>
  defineRoute({
    method: 'get',
    path: '/v1/stock-imports/{id}',
    tag: 'Stock',
    scope: 'stock:read',
    summary: 'How far an import is, and which rows were refused',
    description:
      '`state` ends as `succeeded`, refused rows included, or as `failed`. `applied` and `rejected` rise until then.',
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
