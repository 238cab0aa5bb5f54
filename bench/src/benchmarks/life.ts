import { stockUp } from '../api-calls.ts';
import { drawBars } from '../bar-chart.ts';
import type { BenchDatabase } from '../bench-database.ts';
import { runRounds, type Benchmark, type Subject } from '../benchmark.ts';
import { closedLoop, loadSubject, perSecond, type LoadFigures } from '../load/load-figures.ts';
import { sharesTable, type LoadShare, type ShareGoals } from '../load/load-shares.ts';
import type { TimedOrder } from '../load/load-generator.ts';
import { keyed, keyedHotSku, keyedSoldOut, keyedTwoLines, oneHotSku } from '../load/loads.ts';
import {
  availabilityOfHotSku,
  availabilityOfSkus,
  confirms,
  prepareHolds,
  readsOfOne,
  releases,
  sameOnAll,
  type Call,
} from '../load/reservation-calls.ts';
import { API, POSTGRES, WORKER } from '../process-usage.ts';
import { medianOf, medianRatio } from '../statistics.ts';
import { cpuTable, digits, paragraphs, whole } from '../table.ts';
import { settle, type Running, type Testbed } from '../testbed.ts';

interface LifeCall extends Required<ShareGoals> {
  readonly subject: Subject<LoadFigures>;
  /** Of how many calls one answer is the whole. Default: one. */
  readonly calls?: number;
}

/** What is measured. */
interface Setting {
  readonly testbed: Testbed;
  readonly database: BenchDatabase;
  readonly api: Running;
  readonly worker: Running;
  readonly ceiling: Running;
  readonly connections: number;
}

const ROUNDS = 3;
/** Create, read, confirm, fulfil. */
const CALLS_OF_A_LIFE = 4;

/** Calls of a whole life beside the ceiling, while a worker sends to the gateway what that takes. */
export const life: Benchmark = {
  name: 'life',
  compares: 'each call of a reservation’s life with the same Express app without storage',
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const setting = await prepare(testbed, connections);
    const { api, worker, ceiling } = setting;
    const yardstick = loadSubject(
      testbed,
      'Ceiling: Express + zod, no storage',
      () => ({ server: ceiling, worker }),
      (seconds) => closedLoop(oneHotSku, ceiling.url, connections, seconds),
    );
    const calls = callsOfALife(setting);
    await prepareHolds(testbed, api.url, connections);
    await runRounds([{ subjects: [yardstick, ...calls.map(({ subject }) => subject)] }], { seconds, rounds });
    const shareOf = ({ subject, calls = 1 }: LifeCall) =>
      calls * medianRatio(subject.rounds, yardstick.rounds, perSecond);
    const rows: readonly LoadShare[] = [
      { name: yardstick.name, rounds: yardstick.rounds, share: 1 },
      ...calls.map((call): LoadShare => {
        const { subject, target, aim } = call;
        return { name: subject.name, rounds: subject.rounds, target, aim, share: shareOf(call) };
      }),
    ];
    return {
      markdown: paragraphs(
        '## A reservation’s life, call by call',
        `${connections} connections, ${seconds} s for each load in each of ${rounds} rounds, one API and a worker that sends ` +
          'syncs at the gateway’s rate: thousands wait. A share is of the ceiling of the same round; of whole lives, of a quarter of it.',
        sharesTable(rows),
        cpuTable(rows),
      ),
      figures: { connections, seconds, rows },
      pictures: { shares: drawShares(rows), cpu: drawCpu(rows) },
    };
  },
};

async function prepare(testbed: Testbed, connections: number): Promise<Setting> {
  const database = await testbed.createDatabase('bench_life');
  const settings = { DATABASE_URL: database.url };
  const api = await testbed.startApp('api', settings);
  const ceiling = await testbed.startScript('ceiling', 'ceiling-server.ts');
  const gateway = await testbed.startApp('gateway-sim', {});
  await stockUp(api.url);
  const worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
  await settle();
  return { testbed, database, api, worker, ceiling, connections };
}

function callsOfALife({ testbed, database, api, worker, connections }: Setting): readonly LifeCall[] {
  const ofApi = (name: string, orderOf: (seconds: number) => Promise<TimedOrder>) =>
    loadSubject(testbed, name, () => ({ server: api, worker }), orderOf);
  const calls = ({ name, loadOn }: Call) =>
    ofApi(name, async (seconds) => closedLoop(await loadOn(database), api.url, connections, seconds));
  const lives = ofApi('Whole lives: create, read, confirm, fulfil', (seconds) =>
    Promise.resolve({ kind: 'lives', requests: { ...keyed, url: api.url }, connections, seconds }),
  );
  return [
    { subject: calls(sameOnAll(keyed)), target: 0.9, aim: 1.1 },
    { subject: calls(sameOnAll(keyedHotSku)), target: 0.95, aim: 1.2 },
    { subject: calls(sameOnAll(keyedTwoLines)), target: 0.75, aim: 0.9 },
    { subject: calls(confirms), target: 0.6, aim: 1 },
    { subject: calls(releases), target: 0.6, aim: 1 },
    { subject: calls(readsOfOne), target: 1.5, aim: 2.5 },
    { subject: calls(sameOnAll(availabilityOfSkus)), target: 1.5, aim: 2.5 },
    { subject: calls(sameOnAll(availabilityOfHotSku)), target: 2, aim: 4 },
    { subject: calls(sameOnAll(keyedSoldOut)), target: 2, aim: 2.5 },
    { subject: lives, target: 0.9, aim: 1.2, calls: CALLS_OF_A_LIFE },
  ];
}

const drawShares = (rows: readonly LoadShare[]): string =>
  drawBars({
    title: 'Calls a second, as a share of the same Express app without storage',
    parts: ['share of the ceiling'],
    marks: ['target', 'aim'],
    bars: rows.map(({ name, share, target, aim }) => ({
      name,
      parts: [share],
      marks: target === undefined || aim === undefined ? [] : [target, aim],
    })),
    format: digits(2),
  });

const PROCESSES = [API, POSTGRES, WORKER];

const drawCpu = (rows: readonly LoadShare[]): string =>
  drawBars({
    title: 'Processor time of each call, in microseconds',
    parts: PROCESSES,
    bars: rows.map(({ name, rounds }) => ({
      name,
      parts: PROCESSES.map((process) => 1_000 * medianOf(rounds, ({ cpu }) => cpu[process] ?? 0)),
    })),
    format: whole,
  });
