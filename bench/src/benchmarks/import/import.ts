import { setTimeout as pause } from 'node:timers/promises';
import { checkCounters, stockUp } from '../../api-calls.ts';
import { say, type Benchmark } from '../../benchmark.ts';
import { figuresIn, type Phase, type PhaseFigures } from '../../load/load-figures.ts';
import { thousandSkus } from '../../load/loads.ts';
import {
  CAN_SETTLE,
  settledMemory,
  watchMemory,
  type Memory,
  type MemoryWatch,
} from '../../process-usage.ts';
import { nameColumn, NO_GOAL, paragraphs, table, verdict, whole, type Column } from '../../table.ts';
import type { Testbed } from '../../testbed.ts';
import { prepareStockFile, type StockFile } from './stock-file.ts';

const RESERVATIONS_PER_SECOND = 200;
/** At most; the p99 as a multiple of the one before the import. */
const P99_MULTIPLE = 5;
const GROWTH_MB = 150;
const WARM_UP_SECONDS = 5;
/** Of the load alone: before the import, and after it. */
const BEFORE_LONGER = 2.5;
const AFTER_LONGER = 1.25;

/** Columns of the table: at rest, with the load alone, during the import (which is the upload and then the work), after it. */
const PHASES = {
  still: 'still',
  before: 'before',
  import: 'import',
  upload: 'of it: upload',
  work: 'of it: work',
  after: 'after',
} as const;
type PhaseName = Exclude<keyof typeof PHASES, 'still'>;
type ByPhase<Figure> = Readonly<Record<PhaseName, Figure>>;
/** A process's memory at rest, when all was warm, and the most of it in each phase. */
type MemoryByPhase = Readonly<Record<keyof typeof PHASES, Memory>>;

/** Whether checkout goes on while a large file of stock is imported, partly of the very SKUs that are reserved. */
export const stockImport: Benchmark = {
  name: 'import',
  compares: 'checkout and memory during a large import with those before it',
  async run(testbed, { seconds, rows }) {
    const file = await prepareStockFile(rows);
    try {
      const result = await measure(testbed, seconds, file);
      return { markdown: render(result), figures: result };
    } finally {
      file.remove();
    }
  },
};

async function measure(testbed: Testbed, seconds: number, file: StockFile) {
  const database = await testbed.createDatabase('bench_import');
  const settings = { DATABASE_URL: database.url, ...CAN_SETTLE };
  const api = await testbed.startApp('api', settings);
  const gateway = await testbed.startApp('gateway-sim', {});
  const worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
  await stockUp(api.url);

  const load = { requests: { ...thousandSkus, url: api.url }, perSecond: RESERVATIONS_PER_SECOND };
  await testbed.generator.run({ ...load, kind: 'open-loop', seconds: Math.min(WARM_UP_SECONDS, seconds) });
  say('waiting until the memory of both processes is stable');
  const [apiStill, workerStill] = await Promise.all([settledMemory(api.pid), settledMemory(worker.pid)]);

  const watches = { api: watchMemory(api.pid), worker: watchMemory(worker.pid) };
  const steady = testbed.generator.begin(load);
  say(`${RESERVATIONS_PER_SECOND} reservations a second`);
  const begun = Date.now();
  await pause(seconds * BEFORE_LONGER * 1_000);
  const imported = await file.import(api.url);
  await pause(seconds * AFTER_LONGER * 1_000);
  const ended = Date.now();
  const background = await steady.end();
  for (const watch of Object.values(watches)) watch.stop();
  for (const { what } of background.errors.slice(0, 1)) say(`the first error of the load: ${what}`);

  const { begunAt, queuedAt, succeededAt } = imported;
  const times: ByPhase<Phase> = {
    before: { from: begun, until: begunAt },
    import: { from: begunAt, until: succeededAt },
    upload: { from: begunAt, until: queuedAt },
    work: { from: queuedAt, until: succeededAt },
    after: { from: succeededAt, until: ended },
  };
  const peaks = (watch: MemoryWatch) =>
    eachPhase((phase) => watch.peak(times[phase].from, times[phase].until));
  return {
    imported,
    load: eachPhase((phase) => figuresIn(times[phase], background)),
    memory: {
      api: { still: apiStill, ...peaks(watches.api) },
      worker: { still: workerStill, ...peaks(watches.worker) },
    },
    counters: await checkCounters(api.url, { deep: true }),
  };
}

/** A figure in some of the phases, and the goal of the import with its verdict. */
interface Row extends Partial<Record<keyof typeof PHASES, number>> {
  readonly name: string;
  readonly count?: number;
  readonly goal?: string;
}

const COLUMNS: readonly Column<Row>[] = [
  nameColumn,
  ...Object.entries(PHASES).map(([phase, heading]): Column<Row> => [
    heading,
    ({ count, [phase as keyof typeof PHASES]: value }) =>
      count === undefined || value === undefined ? value : value.toFixed(count),
  ]),
  ['target', ({ goal = NO_GOAL }) => goal],
];

function render({ imported, load, memory, counters }: Awaited<ReturnType<typeof measure>>): string {
  const { rows, rejected, megabytes } = imported;
  return paragraphs(
    `## Import of ${whole(rows)} rows while checkout goes on`,
    `One API, one worker. ${RESERVATIONS_PER_SECOND} reservations a second over 1,000 SKUs all the time, sent when due and counted from then; ` +
      `meanwhile a CSV file of ${megabytes.toFixed(1)} MB is sent as \`npm run import\` sends it, and worked off. One row in 25 is of a SKU that ` +
      'is being reserved, the others are of new SKUs in four new locations. An answer other than 201, and none at all, is an error. ' +
      'Memory is RSS, looked at every 200 ms, in MB of a million bytes; “still” is after a warm-up by the load alone, at rest, with all garbage collected.',
    table(
      [
        { name: 'Rows applied', import: rows - rejected },
        { name: 'Rows rejected', import: rejected, goal: verdict('0', rejected === 0) },
        ...loadRows(load, rows),
        ...memoryRows('API', memory.api),
        ...memoryRows('Worker', memory.worker),
      ],
      COLUMNS,
    ),
    'What is late in sending is part of the latencies: the generator shares the machine, and waits when 256 requests are under way.',
    `Afterwards the counters of all ${whole(counters.levels)} levels are the sums of their movements (deep check: ${counters.seconds.toFixed(1)} s).`,
  );
}

function loadRows(load: ByPhase<PhaseFigures>, rows: number): Row[] {
  const row = (name: string, figure: (of: PhaseFigures) => number, more: Partial<Row> = {}): Row => ({
    name,
    count: 2,
    ...eachPhase((phase) => figure(load[phase])),
    ...more,
  });
  const { before, import: during, upload, work, after } = load;
  const multiple = during.p99Ms / before.p99Ms;
  const errors = before.errors + during.errors + after.errors;
  const perSecond = ({ seconds }: PhaseFigures) => rows / seconds;
  return [
    row('Seconds', ({ seconds }) => seconds, { count: 1 }),
    { name: 'Rows a second', import: perSecond(during), upload: perSecond(upload), work: perSecond(work) },
    { name: 'Reservations sent', ...eachPhase((phase) => load[phase].sent) },
    { name: 'Errors', ...eachPhase((phase) => load[phase].errors), goal: verdict('0', errors === 0) },
    row('p50 ms', ({ p50Ms }) => p50Ms),
    row('p99 ms', ({ p99Ms }) => p99Ms),
    row('p99, multiple of before', ({ p99Ms }) => p99Ms / before.p99Ms, {
      goal: verdict(`at most ${P99_MULTIPLE}`, multiple <= P99_MULTIPLE),
    }),
    row('p99 ms of 5 s, median', ({ usualP99Ms }) => usualP99Ms),
    row('p99 ms of 5 s, median: multiple of before', ({ usualP99Ms }) => usualP99Ms / before.usualP99Ms),
    row('max ms', ({ maxMs }) => maxMs),
    row('Late in sending: p99 ms', ({ sentLateP99Ms }) => sentLateP99Ms),
  ];
}

function memoryRows(name: string, memory: MemoryByPhase): Row[] {
  const { still } = memory;
  const growth = (of: keyof Memory) => eachPhase((phase) => memory[phase][of] - still[of]);
  const isMet = memory.import.allMb - still.allMb < GROWTH_MB;
  return [
    { name: `${name}: memory at most, MB`, still: still.allMb, ...eachPhase((phase) => memory[phase].allMb) },
    { name: `${name}: growth, MB`, ...growth('allMb'), goal: verdict(`under ${GROWTH_MB}`, isMet) },
    { name: `${name}: growth without files (RssAnon), MB`, ...growth('ownMb') },
  ];
}

const eachPhase = <Figure>(figure: (phase: PhaseName) => Figure): ByPhase<Figure> => ({
  before: figure('before'),
  import: figure('import'),
  upload: figure('upload'),
  work: figure('work'),
  after: figure('after'),
});
