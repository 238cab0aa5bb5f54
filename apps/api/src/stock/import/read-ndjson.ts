import { trimToNfc } from '@holdfast/contract';
import type { StagedRow } from '@holdfast/stock';
import { readRow, type RowReader } from './import-row.ts';
import { LINE_MAX } from './read-lines.ts';

/** One JSON object a line. */
export class NdjsonReader implements RowReader {
  #row = 0;

  *read(lines: readonly string[]): Iterable<StagedRow> {
    for (const line of lines) {
      if (line.trim() === '') continue;
      this.#row += 1;
      yield readLine(this.#row, line);
    }
  }

  end(): Iterable<StagedRow> {
    return [];
  }
}

function readLine(row: number, line: string): StagedRow {
  if (line.length > LINE_MAX) return { row, problem: `is longer than ${LINE_MAX} characters` };
  let fields: unknown;
  try {
    fields = JSON.parse(line, (_name, value) => (typeof value === 'string' ? trimToNfc(value) : value));
  } catch {
    return { row, problem: 'is not JSON: write one object on each line' };
  }
  return readRow(row, fields);
}
