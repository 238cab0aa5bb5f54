import { parseArgs } from 'node:util';

/** Where the queues are. */
export const queuePlaces = ['PostgreSQL', 'Redis'] as const;
export type QueuePlace = (typeof queuePlaces)[number];

/** Whole numbers from 1: what each is unless given (rounds: as many as the benchmark needs), and its line of the help. */
const NUMBERS = {
  preload: [
    1_000_000,
    'preload, reconcile: old reservations; reconcile: as many open ones, and one in 200 due',
  ],
  seconds: [
    8,
    'of each load in each round; the open loop of latency and the load before an import: 2.5 times',
  ],
  rounds: [undefined, 'with all loads in turn (3; preload and reading 5), after one that only warms up'],
  connections: [128, 'of the throughput loads'],
  rows: [500_000, 'import: of the file; this is the most that the API takes'],
  syncs: [100_000, 'backlog: that wait for the gateway'],
  levels: [100_000, 'reading: stock levels, two for each SKU'],
  'movements-per-level': [50, 'reading'],
  percent: [100, 'workers, footprint: of their full size; less is a try'],
} as const;
type NumberName = keyof typeof NUMBERS;

export interface Options extends Readonly<Record<Exclude<NumberName, 'rounds'>, number>> {
  readonly rounds?: number | undefined;
  /** Names of the benchmarks to run. */
  readonly only: ReadonlySet<string>;
  /** How the names of the workers' scenarios begin. */
  readonly scenario: string;
  /** Where the queues are while events are published. */
  readonly queues: readonly QueuePlace[];
}

interface Described {
  readonly name: string;
  readonly compares: string;
  readonly isUsual?: true;
}

const NUMBER_NAMES = Object.keys(NUMBERS) as NumberName[];

/** @returns null when only the help was wanted. @throws {Error} that says what is wrong */
export function readOptions(args: readonly string[], benchmarks: readonly Described[]): Options | null {
  const numberOptions = NUMBER_NAMES.map((name) => [name, { type: 'string' }] as const);
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...(Object.fromEntries(numberOptions) as Record<NumberName, { type: 'string' }>),
      only: { type: 'string', multiple: true, default: [] },
      scenario: { type: 'string', default: '' },
      queues: { type: 'string', multiple: true, default: ['PostgreSQL'] },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(helpFor(benchmarks));
    return null;
  }
  const names = benchmarks.map(({ name }) => name);
  const usual = benchmarks.filter(({ isUsual }) => isUsual).map(({ name }) => name);
  const wanted = values.only.map((name) => oneOf(names, 'only', name));
  const withPreload = values.preload === undefined ? usual : [...usual, 'preload'];
  const numbers = NUMBER_NAMES.map((name) => [name, atLeastOne(name, values[name]) ?? NUMBERS[name][0]]);
  return {
    ...(Object.fromEntries(numbers) as Record<NumberName, number>),
    only: new Set(wanted.length > 0 ? wanted : withPreload),
    scenario: values.scenario,
    queues: [...new Set(values.queues.map((place) => oneOf(queuePlaces, 'queues', place)))],
  };
}

const line = (option: string, about: string) => `  ${option.padEnd(26)}${about}\n`;

function helpFor(benchmarks: readonly Described[]): string {
  const benchmarkLines = benchmarks.map(({ name, compares }) => line('', `${name.padEnd(12)}${compares}`));
  const numberLines = Object.entries(NUMBERS).map(([name, [usually, about]]) =>
    line(`--${name} N`, usually === undefined ? about : `${about} (${usually})`),
  );
  return [
    'npm run bench -- [options]\n\n',
    line(
      '--only NAME',
      'may be repeated; default: throughput and latency, and preload when --preload is given',
    ),
    ...benchmarkLines,
    ...numberLines,
    line('--scenario NAME', 'workers: only those whose names begin so'),
    line(
      '--queues PLACE',
      'events: where the queues are, PostgreSQL (the default) or Redis; may be repeated',
    ),
    line('--help', ''),
  ].join('');
}

function oneOf<Name extends string>(names: readonly Name[], option: string, name: string): Name {
  const known = names.find((known) => known === name);
  if (known) return known;
  throw new Error(`--${option} ${name}: there are ${names.join(', ')}`);
}

function atLeastOne(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${text}: must be a whole number from 1`);
}
