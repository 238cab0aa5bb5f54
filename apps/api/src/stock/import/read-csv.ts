import { trimToNfc } from '@holdfast/contract';
import type { StagedRow } from '@holdfast/stock';
import { validationFailed } from '../../http/problem.ts';
import { endOfClosedLines, endOfRow, parseRow, parseRows, type Cells } from './csv-syntax.ts';
import { IMPORT_FIELDS, NUMBER_FIELDS, readRow, type RowReader } from './import-row.ts';

/** What the columns of a file are, in their order. */
type Columns = readonly string[];

/** CSV (RFC 4180) with a header. The parser gets whole rows, so a wrong quote spoils its own row only. */
export class CsvReader implements RowReader {
  #columns: Columns | null = null;
  #row = 0;
  /** The beginning of a row that may continue. */
  #begun: readonly string[] = [];

  read(lines: readonly string[]): Iterable<StagedRow> {
    return this.#read([...this.#begun, ...lines], false);
  }

  *end(): Iterable<StagedRow> {
    yield* this.#read(this.#begun, true);
    if (!this.#columns) throw validationFailed('the file', 'is empty: its first line must name the columns');
  }

  *#read(lines: readonly string[], isEnd: boolean): Iterable<StagedRow> {
    this.#begun = [];
    for (let at = 0; at < lines.length;) {
      const line = lines[at] ?? '';
      if (line.trim() === '') {
        at += 1;
        continue;
      }
      const closed = endOfClosedLines(lines, at);
      if (!this.#columns) {
        this.#columns = readColumns(parseRow(line));
        at += 1;
      } else if (closed > at) {
        for (const cells of parseRows(lines.slice(at, closed))) yield* this.#next(cells, this.#columns);
        at = closed;
      } else {
        const end = endOfRow(lines, at);
        if (end === null && !isEnd) {
          this.#begun = lines.slice(at);
          return;
        }
        const { cells, length } = readOpenRow(lines.slice(at, end ?? at + 1), this.#columns);
        yield* this.#next(cells, this.#columns);
        at += length;
      }
    }
  }

  /** None where all cells are empty: spreadsheets leave such rows below their table. */
  #next(found: Cells, columns: Columns): readonly StagedRow[] {
    const cells = 'problem' in found ? found : found.map(trimToNfc);
    if (!('problem' in cells) && cells.every((cell) => cell === '')) return [];
    this.#row += 1;
    return [rowOf(this.#row, cells, columns)];
  }
}

function rowOf(row: number, cells: Cells, columns: Columns): StagedRow {
  if ('problem' in cells) return { row, problem: cells.problem };
  if (cells.length !== columns.length) {
    return { row, problem: `has ${cells.length} columns, where the header has ${columns.length}` };
  }
  return readRow(row, fieldsOf(cells, columns));
}

/** The cells of the row that begins with the first of these lines, and how many of them are its own. */
function readOpenRow(lines: readonly string[], columns: Columns): { cells: Cells; length: number } {
  const [first = ''] = lines;
  const text = lines.join('\n');
  if (lines.length > 1 && text.split(',').length >= columns.length) {
    const cells = parseRow(text);
    if (isOneRow(cells, columns)) return { cells, length: lines.length };
  }
  // What was taken for a break in a field is the end of a row that lacks a quote.
  return { cells: parseRow(first), length: 1 };
}

/** Only a name has breaks in it. */
function isOneRow(cells: Cells, columns: Columns): boolean {
  if ('problem' in cells || cells.length !== columns.length) return false;
  return cells.every((cell, index) => columns[index] === 'name' || !trimToNfc(cell).includes('\n'));
}

/** What a row says, by column. An empty cell says nothing. */
function fieldsOf(cells: readonly string[], columns: Columns): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (cell !== '') fields[name] = NUMBER_FIELDS.has(name) ? numberIn(cell) : cell;
  }
  return fields;
}

/** What is no whole number stays text, to be refused as such. */
const numberIn = (cell: string): number | string => (/^[+-]?\d+$/.test(cell) ? Number(cell) : cell);

/** @throws {Problem} `validation_failed`, which says what is wrong with the header */
function readColumns(header: Cells): Columns {
  if ('problem' in header) throw validationFailed('the header row', header.problem);
  const problem = problemOf(header);
  if (problem !== null) throw validationFailed('the header row', problem);
  return header;
}

const SHOWN_MAX = 40;
const HOW_TO_SAVE =
  '(Excel: CSV UTF-8, with a comma as the list separator; LibreOffice: a comma as the field delimiter)';

function problemOf(columns: Columns): string | null {
  const [first = ''] = columns;
  if (columns.length === 1 && /[;\t|]/.test(first)) {
    return `has no comma: separate the columns by commas ${HOW_TO_SAVE}`;
  }
  const strange = columns.find((name) => !IMPORT_FIELDS.includes(name));
  if (strange === '') return 'has a column without a name';
  if (strange !== undefined) {
    const shown = JSON.stringify(strange.slice(0, SHOWN_MAX));
    return `has the unknown column ${shown}: the first line names the columns, out of ${IMPORT_FIELDS.join(', ')}`;
  }
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) return `names the column ${repeated} twice`;
  const missing = ['sku', 'location'].find((name) => !columns.includes(name));
  if (missing !== undefined) return `has no column ${missing}`;
  if (!columns.includes('on_hand') && !columns.includes('delta'))
    return 'has no column on_hand, and no delta';
  return null;
}
