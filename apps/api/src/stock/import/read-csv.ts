import { trimToNfc } from '@holdfast/contract';
import type { StagedRow } from '@holdfast/stock';
import { validationFailed } from '../../http/problem.ts';
import { readColumns, type Columns } from './csv-header.ts';
import { endOfClosedLines, endOfRow, parseRow, parseRows, type Cells } from './csv-syntax.ts';
import { NUMBER_FIELDS, readRow } from './import-row.ts';
import type { RowReader } from './row-reader.ts';

/**
 * CSV (RFC 4180) with a header. The parser gets whole rows, so that a quote too many or too few spoils its
 * own row and not all that come after it.
 */
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
      const closed = endOfClosedLines(lines, at);
      if (line.trim() === '') {
        at += 1;
      } else if (!this.#columns) {
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
  const cells = parseRow(lines.join('\n'));
  if (lines.length === 1 || isOneRow(cells, columns)) return { cells, length: lines.length };
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
