import { trimToNfc } from '@holdfast/contract';
import type { StagedRow } from '@holdfast/stock';
import { validationFailed } from '../../http/problem.ts';
import { delimiterOf, readColumns, separatorIn, type Table } from './csv-header.ts';
import { endOfClosedLines, endOfRow, parseRow, parseRows, type Cells, type Delimiter } from './csv-syntax.ts';
import { NUMBER_FIELDS, readRow, type RowReader } from './import-row.ts';

/**
 * CSV (RFC 4180, or with semicolons or tabs) with a header, as spreadsheets and warehouses write it. The
 * parser gets whole rows, so a wrong quote spoils its own row only.
 */
export class CsvReader implements RowReader {
  #table: Table | null = null;
  /** As given by a line `sep=;`, which Excel writes. */
  #separator: Delimiter | null = null;
  #row = 0;
  /** The beginning of a row that may continue. */
  #begun: readonly string[] = [];

  read(lines: readonly string[]): Iterable<StagedRow> {
    return this.#read([...this.#begun, ...lines], false);
  }

  *end(): Iterable<StagedRow> {
    yield* this.#read(this.#begun, true);
    if (!this.#table) throw validationFailed('the file', 'is empty: its first line must name the columns');
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
      if (!this.#table) {
        this.#readHeader(line);
        at += 1;
      } else if (closed > at) {
        for (const cells of parseRows(lines.slice(at, closed), this.#table.delimiter)) {
          yield* this.#next(cells, this.#table);
        }
        at = closed;
      } else {
        const end = endOfRow(lines, at);
        if (end === null && !isEnd) {
          this.#begun = lines.slice(at);
          return;
        }
        const { cells, length } = readOpenRow(lines.slice(at, end ?? at + 1), this.#table);
        yield* this.#next(cells, this.#table);
        at += length;
      }
    }
  }

  #readHeader(line: string): void {
    const separator = this.#separator === null ? separatorIn(line) : null;
    if (separator !== null) this.#separator = separator;
    else this.#table = readColumns(line, this.#separator ?? delimiterOf(line));
  }

  /** None where all cells are empty: spreadsheets leave such rows below their table. */
  #next(found: Cells, { columns }: Table): readonly StagedRow[] {
    const cells = 'problem' in found ? found : found.map(trimToNfc);
    if (!('problem' in cells) && cells.every((cell) => cell === '')) return [];
    this.#row += 1;
    return [rowOf(this.#row, cells, columns)];
  }
}

function rowOf(row: number, cells: Cells, columns: Table['columns']): StagedRow {
  if ('problem' in cells) return { row, problem: cells.problem };
  // Spreadsheets fill short rows with empty cells, up to the longest row.
  const isLonger = cells.length > columns.length && cells.slice(columns.length).every((cell) => cell === '');
  if (cells.length !== columns.length && !isLonger) {
    return { row, problem: `has ${cells.length} columns, where the header has ${columns.length}` };
  }
  return readRow(row, fieldsOf(cells, columns));
}

/** The cells of the row that begins with the first of these lines, and how many of them are its own. */
function readOpenRow(
  lines: readonly string[],
  { columns, delimiter }: Table,
): { cells: Cells; length: number } {
  const [first = ''] = lines;
  const text = lines.join('\n');
  if (lines.length > 1 && text.split(delimiter).length >= columns.length) {
    const cells = parseRow(text, delimiter);
    if (isOneRow(cells, columns)) return { cells, length: lines.length };
  }
  // The line break is not inside a field: it ends a row whose closing quote is missing.
  return { cells: parseRow(first, delimiter), length: 1 };
}

/** Only a name or a reason has breaks in it. */
function isOneRow(cells: Cells, columns: Table['columns']): boolean {
  if ('problem' in cells || cells.length !== columns.length) return false;
  return cells.every(
    (cell, index) =>
      columns[index] === 'name' || columns[index] === 'reason' || !trimToNfc(cell).includes('\n'),
  );
}

/** What a row says, by column. An empty cell says nothing. */
function fieldsOf(cells: readonly string[], columns: Table['columns']): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  for (const [index, name] of columns.entries()) {
    const cell = cells[index] ?? '';
    if (cell !== '') fields[name] = NUMBER_FIELDS.has(name) ? numberIn(cell) : cell;
  }
  return fields;
}

/**
 * A value that is not a whole number stays text, which is then refused. Spreadsheets write 12 as `12.0` or
 * `12.00`; `12.000` may be twelve thousand.
 */
const numberIn = (cell: string): number | string =>
  /^[+-]?\d+(?:\.0{1,2})?$/.test(cell) ? Number(cell) : cell;
