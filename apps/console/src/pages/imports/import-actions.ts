import type { Action, Values } from '../../actions/action.ts';
import { holdfast } from '../../api/client.ts';
import type { StockImportWithErrors } from '../../api/import-queries.ts';
import { navigate } from '../../router.tsx';
import { contentTypeOf, type TriedFile } from './import-file.ts';
import { importPath } from './import-labels.tsx';

const TOUCHES = [
  ['imports'],
  ['import'],
  ['availability'],
  ['availability-list'],
  ['movements'],
  ['overview'],
];

/** Applies the file of a dry run. */
export const applyAction = (
  { applied, unchanged, rejected, created_skus, created_locations, zeroed }: StockImportWithErrors,
  { file, create, absent }: TriedFile,
): Action<Values> => ({
  label: 'Apply the file',
  title: `Apply ${file.name}`,
  scope: 'stock:write',
  initial: {},
  changes: () =>
    [
      { label: 'Rows that change something', to: applied - unchanged },
      { label: 'SKUs that are created', to: created_skus },
      { label: 'Locations that are created', to: created_locations },
      { label: 'Levels that are set to 0', to: zeroed },
      { label: 'Rows that are rejected', to: rejected },
    ].filter(({ to }) => to > 0),
  note: 'It can be reverted afterwards. Sales in the meantime are kept.',
  keepsReason: false,
  run: async (_values, _reason, { actor, idempotencyKey }) => {
    const { id } = await holdfast().stockImports.create(file, {
      contentType: contentTypeOf(file),
      query: { create, absent },
      actor,
      idempotencyKey,
    });
    navigate(importPath(id));
  },
  done: 'The file is being applied.',
  touches: TOUCHES,
});

export const revertAction = ({
  id,
  applied,
  unchanged,
  created_skus,
}: StockImportWithErrors): Action<Values> => ({
  label: 'Revert',
  title: 'Undo this import',
  scope: 'stock:write',
  isDangerous: true,
  initial: {},
  changes: () => [{ label: 'Rows whose change is taken back', to: applied - unchanged }],
  note:
    'What the file added is taken off each level, so that sales and receipts since then are kept. ' +
    (created_skus > 0 ? 'SKUs and locations that it created stay.' : ''),
  keepsReason: false,
  run: async (_values, _reason, by) => {
    const { id: revert } = await holdfast().stockImports.revert(id, by);
    navigate(importPath(revert));
  },
  done: 'The import is being reverted.',
  touches: TOUCHES,
});
