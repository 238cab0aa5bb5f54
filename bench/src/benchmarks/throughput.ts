import { stockUp } from '../api-calls.ts';
import { runRounds, type Benchmark, type Subject } from '../benchmark.ts';
import { closedLoop, loadSubject, perSecond, type LoadFigures } from '../load/load-figures.ts';
import { keyed, limitedSku, oneHotSku, soldOut, thousandSkus, twoLines, type Load } from '../load/loads.ts';
import { sharesTable, type LoadShare, type ShareGoals } from '../load/load-shares.ts';
import { medianRatio } from '../statistics.ts';
import { cpuTable, paragraphs } from '../table.ts';
import { settle, type Running } from '../testbed.ts';

interface Goals extends ShareGoals {
  readonly load: Load;
}

const LOADS: readonly Goals[] = [
  { load: oneHotSku, target: 0.65, aim: 1 },
  { load: limitedSku },
  { load: thousandSkus, target: 0.5, aim: 0.8 },
  { load: keyed },
  { load: twoLines, target: 0.4 },
  { load: soldOut, target: 0.8 },
];

const ROUNDS = 3;

/** The ceiling, and the loads in the order of `LOADS`. */
interface Subjects {
  readonly ceiling: Subject<LoadFigures>;
  readonly loads: readonly Subject<LoadFigures>[];
}

/** Both are measured in each round, because absolute figures mean little on a shared machine. */
export const throughput: Benchmark = {
  name: 'throughput',
  compares: 'reservations a second with the same Express app without storage',
  isUsual: true,
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const database = await testbed.createDatabase('bench_throughput');
    const settings = { DATABASE_URL: database.url };
    const api = await testbed.startApp('api', settings);
    const ceiling = await testbed.startScript('ceiling', 'ceiling-server.ts');
    const gateway = await testbed.startApp('gateway-sim', {});
    await stockUp(api.url);
    let worker: Running | null = null;

    const loaded = (name: string, server: Running, load: Load) =>
      loadSubject(
        testbed,
        name,
        () => ({ server, worker }),
        (seconds) => closedLoop(load, server.url, connections, seconds),
      );
    const subjects = (): Subjects => ({
      ceiling: loaded('Ceiling: Express + zod, no storage', ceiling, oneHotSku),
      loads: LOADS.map(({ load }) => loaded(load.name, api, load)),
    });
    const withWorker = subjects();
    const withoutWorker = subjects();
    const running = {
      name: 'worker running',
      async around(measureAll: () => Promise<void>) {
        worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
        await settle();
        await measureAll();
        await worker.stop();
        worker = null;
      },
    };
    const stopped = {
      name: 'worker stopped',
      around: (measureAll: () => Promise<void>) => settle().then(measureAll),
    };
    const comparisons = [
      { subjects: [withWorker.ceiling, ...withWorker.loads], condition: running, isWarmedUp: false as const },
      { subjects: [withoutWorker.ceiling, ...withoutWorker.loads], condition: stopped },
    ];
    await runRounds(comparisons, { seconds, rounds });
    return {
      markdown: paragraphs(
        '## Throughput',
        `${connections} connections, ${seconds} s for each load in each of ${rounds} rounds. A load's share is of the ceiling ` +
          'of the same round: the same Express app with the same parsing, but no storage, asked for one line. All figures are medians of the rounds.',
        '### With the worker running',
        ...tables(withWorker),
        '### With the worker stopped',
        ...tables(withoutWorker),
      ),
      figures: { connections, seconds, withWorker, withoutWorker },
    };
  },
};

function tables({ ceiling, loads }: Subjects): (string | null)[] {
  const rows: readonly LoadShare[] = [
    { ...ceiling, share: 1 },
    ...loads.map((load, index) => {
      const share = medianRatio(load.rounds, ceiling.rounds, perSecond);
      return { ...load, ...LOADS[index], share };
    }),
  ];
  return [sharesTable(rows), cpuTable(rows)];
}
