import { CsvError, parse } from 'csv-parse/sync';
import { LINE_MAX } from './read-lines.ts';

/** The fields of a row, or why it has none. */
export type Cells = readonly string[] | { readonly problem: string };

/** The separator of two fields. */
export type Delimiter = ',' | ';' | '\t';

/** Blanks around a field are not part of it. The reader of a field trims those inside its quotes. */
const optionsOf = (delimiter: Delimiter) => ({
  delimiter,
  record_delimiter: '\n',
  relax_column_count: true,
  // A tab between two fields is a blank, too.
  trim: delimiter !== '\t',
});

/** Rows that are parsed in one go, so that others have their turn in between. */
const ROWS_AT_ONCE_MAX = 250;

/** Lines that one row may have. */
const ROW_LINES_MAX = 5;

/** The end of the lines from `start` that are one row each: not empty, and not ending inside quotes. */
export function endOfClosedLines(lines: readonly string[], start: number): number {
  let end = start;
  while (end < lines.length && end < start + ROWS_AT_ONCE_MAX && isClosed(lines[end] ?? '')) end += 1;
  return end;
}

const isClosed = (line: string): boolean =>
  line.length <= LINE_MAX && line.trim() !== '' && !hasOpenQuote(line);

/** A line break is part of a field when an odd number of quotes comes before it. */
const hasOpenQuote = (line: string): boolean => line.includes('"') && line.split('"').length % 2 === 0;

/**
 * The end of the row that begins at `start`. If its quotes are not closed within a few lines, a quote is
 * missing, and the row is one line. Null: more lines are needed.
 */
export function endOfRow(lines: readonly string[], start: number): number | null {
  if (!hasOpenQuote(lines[start] ?? '')) return start + 1;
  for (let at = start + 1; at < start + ROW_LINES_MAX; at += 1) {
    const line = lines[at];
    if (line === undefined) return null;
    if (hasOpenQuote(line)) return at + 1;
  }
  return start + 1;
}

/** Rows of one line each, parsed together at a sixth of the cost. One by one if any of them is wrong. */
export function parseRows(lines: readonly string[], delimiter: Delimiter): readonly Cells[] {
  try {
    return parse(lines.join('\n'), optionsOf(delimiter));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return lines.map((line) => parseRow(line, delimiter));
  }
}

/** The fields of one row, which may have breaks in its quotes. */
export function parseRow(text: string, delimiter: Delimiter): Cells {
  if (text.length > LINE_MAX) return { problem: `is longer than ${LINE_MAX} characters` };
  try {
    return parse(text, optionsOf(delimiter))[0] ?? [];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') return { problem: 'has a quote (") that is not closed' };
    return {
      problem:
        'has a quote (") inside a field: put the whole field in quotes, and write each quote in it twice',
    };
  }
}
