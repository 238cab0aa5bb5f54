import { validationFailed } from '../../http/problem.ts';
import type { Cells } from './csv-syntax.ts';
import { IMPORT_FIELDS } from './import-row.ts';

/** What the columns of a file are, in their order. */
export type Columns = readonly string[];

/** @throws {Problem} `validation_failed`, which says what is wrong with the header */
export function readColumns(header: Cells): Columns {
  const problem = 'problem' in header ? header.problem : problemOf(header);
  if (problem !== null) throw validationFailed('the header row', problem);
  return 'problem' in header ? [] : header;
}

const KNOWN: readonly string[] = IMPORT_FIELDS;
const SHOWN_MAX = 40;
const HOW_TO_SAVE =
  '(Excel: CSV UTF-8, with a comma as the list separator; LibreOffice: a comma as the field delimiter)';

function problemOf(columns: Columns): string | null {
  const [first = ''] = columns;
  if (columns.length === 1 && /[;\t|]/.test(first)) {
    return `has no comma: separate the columns by commas ${HOW_TO_SAVE}`;
  }
  const strange = columns.find((name) => !KNOWN.includes(name));
  if (strange === '') return 'has a column without a name';
  if (strange !== undefined) {
    const shown = JSON.stringify(strange.slice(0, SHOWN_MAX));
    return `has the unknown column ${shown}: the first line names the columns, out of ${KNOWN.join(', ')}`;
  }
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) return `names the column ${repeated} twice`;
  const missing = ['sku', 'location'].find((name) => !columns.includes(name));
  if (missing !== undefined) return `has no column ${missing}`;
  if (!columns.includes('on_hand') && !columns.includes('delta'))
    return 'has no column on_hand, and no delta';
  return null;
}
