import { CPU_COLUMNS } from '../measure.ts';
import type { CpuSeconds } from '../cpu.ts';
import { median } from '../statistics.ts';

/** A Markdown table; the first column is text, the others are figures. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const ruler = `|---|${'---:|'.repeat(head.length - 1)}`;
  return [line(head), ruler, ...rows.map(line)].join('\n');
}

/** What each process used in the median of the rounds. Null where nothing could be read. */
export function cpuTable(
  rows: readonly { readonly name: string; readonly rounds: readonly CpuSeconds[] }[],
  columns: readonly string[] = CPU_COLUMNS,
): string | null {
  const used = rows.map(({ name, rounds }) => ({
    name,
    seconds: columns.map((column) => median(rounds.map((cpu) => cpu[column] ?? Number.NaN))),
  }));
  if (used.every(({ seconds }) => seconds.every(Number.isNaN))) return null;
  return [
    'CPU seconds for each 1,000 answers:',
    '',
    table(
      ['', ...columns, 'together'],
      used.map(({ name, seconds }) => {
        const known = seconds.filter((each) => !Number.isNaN(each));
        return [name].concat([...seconds, known.reduce((sum, each) => sum + each, 0)].map(showCpu));
      }),
    ),
  ].join('\n');
}

/** A goal with its verdict, such as "at least 0.65: met". */
export function verdict(goal: string, isMet: boolean): string {
  return `${goal}: ${isMet ? 'met' : '**not met**'}`;
}

export const NO_GOAL = '-';

export const paragraphs = (...parts: readonly (string | null)[]): string =>
  parts.filter((part) => part !== null).join('\n\n');

export const whole = (value: number): string => Math.round(value).toLocaleString('en');

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const showCpu = (seconds: number) => (Number.isNaN(seconds) ? '-' : seconds.toFixed(3));
