/**
 * Whether checkout goes on while a large file of stock is loaded: a steady load of reservations before, during and after
 * the import of rows of which some are of the very SKUs that are reserved; and what the import costs in memory.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { checkBooks, type Checked } from './consistency.ts';
import { prepareStockFile, type Loaded } from './import/load-file.ts';
import { feltIn, type Felt, type Phase } from './import/phase.ts';
import { thousandSkus } from './loads.ts';
import { say } from './measure.ts';
import { CAN_SETTLE, settledMemory, watchMemory, type Memory } from './memory.ts';
import type { Options } from './options.ts';
import type { Stage } from './stage.ts';
import { stockUp } from './stock.ts';

export const RESERVATIONS_PER_SECOND = 200;

/** At most; the p99 as a multiple of the one before the import. */
export const importGoals = { p99Multiple: 5, growthMb: 150 } as const;

/** The import is the upload, and then the work. */
export const phases = ['before', 'import', 'upload', 'work', 'after'] as const;
export type ByPhase<Figure> = Readonly<Record<(typeof phases)[number], Figure>>;

/** A process's memory when all was warm and still, and the most of it in each phase. */
interface MemoryByPhase extends ByPhase<Memory> {
  readonly still: Memory;
}

export interface ImportResult {
  readonly loaded: Loaded;
  readonly felt: ByPhase<Felt>;
  readonly memory: { readonly api: MemoryByPhase; readonly worker: MemoryByPhase };
  readonly books: Checked;
}

const WARM_UP_SECONDS = 5;
/** Of the load alone: before the import, and after it. */
const BEFORE_LONGER = 2.5;
const AFTER_LONGER = 1.25;

export async function benchImport(stage: Stage, { seconds, rows }: Options): Promise<ImportResult> {
  const file = await prepareStockFile(rows);
  try {
    const database = await stage.createDatabase('bench_import');
    const api = await stage.startApp('api', { DATABASE_URL: database.url, ...CAN_SETTLE });
    const gateway = await stage.startApp('gateway-sim', {});
    const worker = await stage.startApp('worker', {
      DATABASE_URL: database.url,
      GATEWAY_URL: gateway.url,
      ...CAN_SETTLE,
    });
    await stockUp(api.url);

    const requests = { ...thousandSkus, url: api.url };
    const load = { requests, perSecond: RESERVATIONS_PER_SECOND };
    await stage.generator.run({ ...load, kind: 'open-loop', seconds: Math.min(WARM_UP_SECONDS, seconds) });
    say('waiting until the memory of both processes stands still');
    const [apiStill, workerStill] = await Promise.all([settledMemory(api.pid), settledMemory(worker.pid)]);

    const watches = { api: watchMemory(api.pid), worker: watchMemory(worker.pid) };
    const steady = stage.generator.begin({ ...load, kind: 'background' });
    say(`${RESERVATIONS_PER_SECOND} reservations a second`);
    const begun = Date.now();
    await pause(seconds * BEFORE_LONGER * 1_000);
    const loaded = await file.load(api.url);
    await pause(seconds * AFTER_LONGER * 1_000);
    const ended = Date.now();
    const background = await steady.end();
    for (const watch of Object.values(watches)) watch.stop();
    for (const { what } of background.errors.slice(0, 1)) say(`the first error of the load: ${what}`);

    const times = timesOf(begun, loaded, ended);
    const peaks = (of: keyof typeof watches) =>
      inEach(times, ({ from, until }) => watches[of].peak(from, until));
    const result = {
      loaded,
      felt: inEach(times, (phase) => feltIn(phase, background)),
      memory: {
        api: { still: apiStill, ...peaks('api') },
        worker: { still: workerStill, ...peaks('worker') },
      },
      books: await checkBooks(api.url, { deep: true }),
    };
    for (const process of [worker, gateway, api]) await process.stop();
    await database.drop();
    return result;
  } finally {
    file.remove();
  }
}

function timesOf(begun: number, { begunAt, queuedAt, succeededAt }: Loaded, ended: number): ByPhase<Phase> {
  return {
    before: { from: begun, until: begunAt },
    import: { from: begunAt, until: succeededAt },
    upload: { from: begunAt, until: queuedAt },
    work: { from: queuedAt, until: succeededAt },
    after: { from: succeededAt, until: ended },
  };
}

function inEach<Figure>(times: ByPhase<Phase>, figure: (phase: Phase) => Figure): ByPhase<Figure> {
  return {
    before: figure(times.before),
    import: figure(times.import),
    upload: figure(times.upload),
    work: figure(times.work),
    after: figure(times.after),
  };
}
