/** The one renderer of results: Markdown tables of columns with headings, units and digits, and verdicts on goals. */
import type { Measured } from './benchmark.ts';
import { CPU_COLUMNS, type CpuSeconds } from './process-usage.ts';
import { medianOf, sum, type Latencies } from './statistics.ts';

/** A number that is not known (NaN) is shown as "-", and what there is not (undefined) as an empty cell. */
type Cell = string | number | undefined;
type Format = (value: number) => string;

/** A heading with the unit, what the column shows of a row, and how it shows a number (`whole` unless it says). */
export type Column<Row> = readonly [heading: string, cell: (row: Row) => Cell, format?: Format];

export const whole: Format = (value) => Math.round(value).toLocaleString('en');
export const digits =
  (count: number): Format =>
  (value) =>
    value.toFixed(count);
/** Two digits, but none of a whole or a large number. */
export const short: Format = (value) =>
  Number.isInteger(value) || value >= 100 ? whole(value) : value.toFixed(2);

/** A Markdown table; the first column is text, the others are figures. */
export function table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const body = rows.map((row) =>
    columns.map(([, cell, format = whole]) => {
      const value = cell(row);
      if (typeof value !== 'number') return value ?? '';
      return Number.isNaN(value) ? '-' : format(value);
    }),
  );
  const ruler = `|---|${'---:|'.repeat(columns.length - 1)}`;
  return [line(columns.map(([heading]) => heading)), ruler, ...body.map(line)].join('\n');
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

export const nameColumn: Column<{ readonly name: string }> = ['', ({ name }) => name];

/** The median of the rounds. */
export const medianColumn = <Figures>(
  heading: string,
  figure: (figures: Figures) => number,
  format: Format = whole,
): Column<Measured<Figures>> => [heading, ({ rounds }) => medianOf(rounds, figure), format];

/** The medians of the rounds, and the worst of all for the maximum. */
export const latencyColumns = (format: Format): readonly Column<Measured<Latencies>>[] => [
  medianColumn('p50 ms', ({ p50Ms }) => p50Ms, format),
  medianColumn('p90 ms', ({ p90Ms }) => p90Ms, format),
  medianColumn('p99 ms', ({ p99Ms }) => p99Ms, format),
  ['max ms', ({ rounds }) => Math.max(...rounds.map(({ maxMs }) => maxMs)), format],
];

/** What each process used in the median of the rounds. Null where nothing could be read. */
export function cpuTable(
  measured: readonly Measured<{ readonly cpu: CpuSeconds }>[],
  processes: readonly string[] = CPU_COLUMNS,
): string | null {
  const rows = measured.map(({ name, rounds }) => ({
    name,
    seconds: processes.map((process) => medianOf(rounds, ({ cpu }) => cpu[process] ?? Number.NaN)),
  }));
  if (rows.every(({ seconds }) => seconds.every(Number.isNaN))) return null;
  return paragraphs(
    'CPU seconds for each 1,000 answers:',
    table(rows, [
      nameColumn,
      ...processes.map((process, index): Column<(typeof rows)[number]> => [
        process,
        ({ seconds }) => seconds[index],
        digits(3),
      ]),
      ['together', ({ seconds }) => sum(seconds.filter((each) => !Number.isNaN(each))), digits(3)],
    ]),
  );
}

/** A goal with its verdict, such as "at least 0.65: met". */
export function verdict(goal: string, isMet: boolean): string {
  return `${goal}: ${isMet ? 'met' : '**not met**'}`;
}

export const NO_GOAL = '-';

export const paragraphs = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join('\n\n');
