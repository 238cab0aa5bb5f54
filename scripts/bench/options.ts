import { parseArgs } from 'node:util';
import { queuePlaces, type QueuePlace } from './workers/fleet.ts';

const PARTS = [
  'throughput',
  'latency',
  'preload',
  'import',
  'reading',
  'reconcile',
  'workers',
  'events',
  'footprint',
] as const;
/** Without --only. */
const USUAL: ReadonlySet<Part> = new Set(['throughput', 'latency']);

export type Part = (typeof PARTS)[number];

export interface Options {
  readonly parts: readonly Part[];
  /** How long each load is measured in each round. */
  readonly seconds: number;
  /** Null: as many as the part thinks right. */
  readonly rounds: number | null;
  readonly connections: number;
  /** Old reservations in the preloaded database. */
  readonly preload: number;
  /** Of the file that is imported. */
  readonly rows: number;
  /** In the database that is read. */
  readonly levels: number;
  readonly movementsPerLevel: number;
  /** How the names of the workers' scenarios begin. */
  readonly scenario: string;
  /** Of the full size of those, and of the reservations whose footprint is taken. */
  readonly percent: number;
  /** Where the queues are while events are published. */
  readonly queues: readonly QueuePlace[];
}

const HELP = `npm run bench -- [options]

  --only PART        throughput, latency, preload, import, reading, reconcile, workers, events or
                     footprint; may be repeated.
                     Default: throughput and latency, and preload when --preload is given
  --preload N        compare an empty database with one of N old reservations (for --only preload: 1000000);
                     reconcile: so many old ones, as many open ones, and one in 200 of that due (1000000)
  --seconds N        how long each load is measured in each round (8); the open loop of latency takes 2.5 times as
                     long, and so does the load before an import
  --rounds N         rounds, each with all loads in turn (3; preload and reading 5), after one that only warms up
  --connections N    connections of the throughput loads (128)
  --rows N           import: rows of the file (500000, which is the most that the API takes)
  --levels N         reading: stock levels, two for each SKU (100000)
  --movements-per-level N
                     reading: movements of each level (50)
  --scenario NAME    workers: only those whose names begin so
  --percent N        workers, footprint: of their full size (100); less is a try
  --queues PLACE     events: where the queues are, PostgreSQL (the default) or Redis; may be repeated
  --help
`;

/** Null: help was asked for, and given. @throws {Error} that says what is wrong */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      preload: { type: 'string' },
      seconds: { type: 'string', default: '8' },
      rounds: { type: 'string' },
      connections: { type: 'string', default: '128' },
      rows: { type: 'string', default: '500000' },
      levels: { type: 'string', default: '100000' },
      'movements-per-level': { type: 'string', default: '50' },
      scenario: { type: 'string', default: '' },
      percent: { type: 'string', default: '100' },
      queues: { type: 'string', multiple: true, default: ['PostgreSQL'] },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return null;
  }
  const preload = values.preload === undefined ? null : atLeastOne('preload', values.preload);
  return {
    parts: values.only
      ? PARTS.filter((part) => values.only?.map(asPart).includes(part))
      : PARTS.filter((part) => USUAL.has(part) || (part === 'preload' && preload !== null)),
    seconds: atLeastOne('seconds', values.seconds),
    rounds: values.rounds === undefined ? null : atLeastOne('rounds', values.rounds),
    connections: atLeastOne('connections', values.connections),
    preload: preload ?? 1_000_000,
    rows: atLeastOne('rows', values.rows),
    levels: atLeastOne('levels', values.levels),
    movementsPerLevel: atLeastOne('movements-per-level', values['movements-per-level']),
    scenario: values.scenario,
    percent: atLeastOne('percent', values.percent),
    queues: queuePlaces.filter((place) => values.queues.map(asQueuePlace).includes(place)),
  };
}

const asPart = (name: string): Part => oneOf(PARTS, 'only', name);

const asQueuePlace = (name: string): QueuePlace => oneOf(queuePlaces, 'queues', name);

function oneOf<Name extends string>(names: readonly Name[], option: string, name: string): Name {
  const known = names.find((known) => known === name);
  if (known) return known;
  throw new Error(`--${option} ${name}: there are ${names.join(', ')}`);
}

function atLeastOne(name: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Error(`--${name} ${text}: must be a whole number from 1`);
}
