import { trimToNfc } from '@holdfast/contract';
import { validationFailed } from '../../http/problem.ts';
import { parseRow, type Delimiter } from './csv-syntax.ts';
import { IMPORT_FIELDS } from './import-row.ts';

/** How a file is to be read: its columns in their order, and what separates them. */
export interface Table {
  readonly columns: readonly string[];
  readonly delimiter: Delimiter;
}

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t'];

/** The delimiter that a first line such as `sep=;` names. Null: the line has another form. */
export function separatorIn(line: string): Delimiter | null {
  const [, named] = /^"?sep=([,;\t])"?[,;\t\s]*$/i.exec(line) ?? [];
  return DELIMITERS.find((each) => each === named) ?? null;
}

/** The separator that a header uses most. No column name contains one. */
export function delimiterOf(header: string): Delimiter {
  const count = (delimiter: Delimiter) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

/**
 * Reads a header: names of columns in any case, without the empty ones at its end.
 *
 * @throws {Problem} `validation_failed`, with the reason
 */
export function readColumns(line: string, delimiter: Delimiter): Table {
  const cells = parseRow(line, delimiter);
  if ('problem' in cells) throw validationFailed('the header row', cells.problem);
  const columns = cells.map((cell) => trimToNfc(cell).toLowerCase());
  while (columns.length > 1 && columns.at(-1) === '') columns.pop();
  const problem = problemOf(columns, cells);
  if (problem !== null) throw validationFailed('the header row', problem);
  return { columns, delimiter };
}

const SHOWN_MAX = 40;

/** @param cells as in the file */
function problemOf(columns: readonly string[], cells: readonly string[]): string | null {
  if (columns.length === 1 && /[|:]/.test(columns[0] ?? '')) {
    return 'has no comma, semicolon or tab: separate the columns by one of these';
  }
  const strange = columns.findIndex((name) => !IMPORT_FIELDS.includes(name));
  if (columns[strange] === '') return 'has a column without a name';
  if (strange !== -1) {
    const shown = JSON.stringify((cells[strange] ?? '').slice(0, SHOWN_MAX));
    return `has the unknown column ${shown}: the first line names the columns, out of ${IMPORT_FIELDS.join(', ')}`;
  }
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) return `names the column ${repeated} twice`;
  const missing = ['sku', 'location'].find((name) => !columns.includes(name));
  return missing === undefined ? null : `has no column ${missing}`;
}
