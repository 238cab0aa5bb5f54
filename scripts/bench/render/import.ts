import { importGoals, phases, RESERVATIONS_PER_SECOND, type ByPhase, type ImportResult } from '../import.ts';
import type { Felt } from '../import/phase.ts';
import { NO_GOAL, paragraphs, table, verdict, whole } from './table.ts';

export function renderImport({ loaded, felt, memory, books }: ImportResult): string {
  const { rows, rejected, megabytes } = loaded;
  const { p99Multiple } = importGoals;
  const each = (name: string, show: (felt: Felt) => string, goal = NO_GOAL) => [
    name,
    '',
    ...inEach(felt, show),
    goal,
  ];
  const multiple = (of: Felt) => of.p99Ms / felt.before.p99Ms;
  const usualMultiple = (of: Felt) => of.usualP99Ms / felt.before.usualP99Ms;
  const errors = felt.before.errors + felt.import.errors + felt.after.errors;
  return paragraphs(
    `## Import of ${whole(rows)} rows while checkout goes on`,
    `One API, one worker. ${RESERVATIONS_PER_SECOND} reservations a second over 1,000 SKUs all the time, sent when due and counted from then; ` +
      `meanwhile a CSV file of ${megabytes.toFixed(1)} MB is sent as \`npm run import\` sends it, and worked off. One row in 25 is of a SKU that ` +
      'is being reserved, the others are of new SKUs in four new locations. An answer other than 201, and none at all, is an error. ' +
      'Memory is RSS, looked at every 200 ms, in MB of a million bytes; “still” is after a warm-up by the load alone, at rest, with all garbage collected.',
    table(
      ['', 'still', 'before', 'import', 'of it: upload', 'of it: work', 'after', 'target'],
      [
        ofImport('Rows applied', whole(rows - rejected)),
        ofImport('Rows rejected', whole(rejected), verdict('0', rejected === 0)),
        each('Seconds', (of) => of.seconds.toFixed(1)),
        [
          'Rows a second',
          '',
          '',
          ...[felt.import, felt.upload, felt.work].map(({ seconds }) => whole(rows / seconds)),
          '',
          NO_GOAL,
        ],
        each('Reservations sent', (of) => whole(of.sent)),
        each('Errors', (of) => whole(of.errors), verdict('0', errors === 0)),
        each('p50 ms', (of) => of.p50Ms.toFixed(2)),
        each('p99 ms', (of) => of.p99Ms.toFixed(2)),
        each(
          'p99, multiple of before',
          (of) => multiple(of).toFixed(2),
          verdict(`at most ${p99Multiple}`, multiple(felt.import) <= p99Multiple),
        ),
        each('p99 ms of 5 s, median', (of) => of.usualP99Ms.toFixed(2)),
        each('p99 ms of 5 s, median: multiple of before', (of) => usualMultiple(of).toFixed(2)),
        each('max ms', (of) => of.maxMs.toFixed(2)),
        each('Late in sending: p99 ms', (of) => of.sentLateP99Ms.toFixed(2)),
        ...memoryRows('API', memory.api),
        ...memoryRows('Worker', memory.worker),
      ],
    ),
    'What is late in sending is part of the latencies: the generator shares the machine, and waits when 256 requests are under way.',
    `Afterwards the counters of all ${whole(books.levels)} levels are the sums of their movements (deep check: ${books.seconds.toFixed(1)} s).`,
  );
}

function memoryRows(name: string, memory: ImportResult['memory']['api']): string[][] {
  const { still } = memory;
  const { growthMb } = importGoals;
  const growth = memory.import.allMb - still.allMb;
  return [
    [
      `${name}: memory at most, MB`,
      still.allMb.toFixed(0),
      ...inEach(memory, (of) => of.allMb.toFixed(0)),
      NO_GOAL,
    ],
    [
      `${name}: growth, MB`,
      '',
      ...inEach(memory, (of) => (of.allMb - still.allMb).toFixed(0)),
      verdict(`under ${growthMb}`, growth < growthMb),
    ],
    [
      `${name}: growth without files (RssAnon), MB`,
      '',
      ...inEach(memory, (of) => (of.ownMb - still.ownMb).toFixed(0)),
      NO_GOAL,
    ],
  ];
}

const ofImport = (name: string, figure: string, goal = NO_GOAL) => [name, '', '', figure, '', '', '', goal];

const inEach = <Figure>(figures: ByPhase<Figure>, show: (figure: Figure) => string): string[] =>
  phases.map((phase) => show(figures[phase]));
