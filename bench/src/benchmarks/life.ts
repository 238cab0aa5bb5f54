import { setTimeout as pause } from 'node:timers/promises';
import { withSession } from '@holdfast/testing';
import { skuNames, stockUp } from '../api-calls.ts';
import { drawBars } from '../bar-chart.ts';
import type { BenchDatabase } from '../bench-database.ts';
import { runRounds, subject, type Benchmark, type Subject } from '../benchmark.ts';
import { closedLoop, measureLoad, perSecond, type LoadFigures } from '../load/load-figures.ts';
import { sharesTable, type LoadShare, type ShareGoals } from '../load/load-shares.ts';
import type { TimedOrder } from '../load/load-generator.ts';
import {
  keyed,
  keyedHotSku,
  keyedSoldOut,
  keyedTwoLines,
  mixedSku,
  oneHotSku,
  type Load,
} from '../load/loads.ts';
import { API, POSTGRES, WORKER } from '../process-usage.ts';
import { medianOf, medianRatio } from '../statistics.ts';
import { cpuTable, digits, paragraphs, whole } from '../table.ts';
import type { Involved, Running, Testbed } from '../testbed.ts';

interface Call extends Required<ShareGoals> {
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
/** A worker that has just started keeps a core busy with itself. */
const SETTLE_MS = 2_000;
/** More than a load of some seconds asks for. */
const HOLDS_MAX = 60_000;
const READ_MAX = 1_000;
/** Create, read, confirm, fulfil. */
const CALLS_OF_A_LIFE = 4;
/** Leaves holds for the calls that come first in a round. */
const PREPARE_SECONDS = 5;

/** Calls of a whole life beside the ceiling, while a worker sends to the gateway what that takes. */
export const life: Benchmark = {
  name: 'life',
  compares: 'each call of a reservation’s life with the same Express app without storage',
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const setting = await prepare(testbed, connections);
    const { api, worker, ceiling } = setting;
    const yardstick = timed(
      testbed,
      'Ceiling: Express + zod, no storage',
      { server: ceiling, worker },
      (seconds) => closedLoop(oneHotSku, ceiling.url, connections, seconds),
    );
    const calls = callsOfALife(setting);
    await testbed.generator.run(closedLoop(keyed, api.url, connections, PREPARE_SECONDS));
    await runRounds([{ subjects: [yardstick, ...calls.map(({ subject }) => subject)] }], { seconds, rounds });
    const shareOf = ({ subject, calls = 1 }: Call) =>
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
  await pause(SETTLE_MS);
  return { testbed, database, api, worker, ceiling, connections };
}

const timed = (
  testbed: Testbed,
  name: string,
  involved: Involved,
  orderOf: (seconds: number) => TimedOrder | Promise<TimedOrder>,
): Subject<LoadFigures> =>
  subject(
    name,
    async (seconds) => measureLoad(testbed, involved, await orderOf(seconds)),
    ({ perSecond, p50Ms }) => `${whole(perSecond)}/s, p50 ${p50Ms.toFixed(2)} ms`,
  );

function callsOfALife({ testbed, database, api, worker, connections }: Setting): readonly Call[] {
  const ofApi = (name: string, orderOf: (seconds: number) => TimedOrder | Promise<TimedOrder>) =>
    timed(testbed, name, { server: api, worker }, orderOf);
  const loaded = (load: Load) =>
    ofApi(load.name, (seconds) => closedLoop(load, api.url, connections, seconds));
  const verb = (name: string, path: string) =>
    ofApi(name, async (seconds) => {
      const lines = (await heldIds(database)).map((id) => `POST /v1/reservations/${id}/${path}`);
      const load = { name, lines, bodies: ['{}'], keyed: false, once: true, expect: { status: 200 } };
      return closedLoop(load, api.url, connections, seconds);
    });
  const readOne = ofApi('Read one reservation', async (seconds) => {
    const ids = (await heldIds(database)).slice(0, READ_MAX);
    const load = reads(
      '',
      ids.map((id) => `/v1/reservations/${id}`),
    );
    return closedLoop(load, api.url, connections, seconds);
  });
  const ofSkus = reads(
    'Availability of one SKU, 1,000 SKUs',
    skuNames.map((_, n) => availability(mixedSku(n))),
  );
  const ofHotSku = reads('Availability of one SKU, one hot SKU', [availability(mixedSku(0))]);
  const lives = ofApi('Whole lives: create, read, confirm, fulfil', (seconds) => ({
    kind: 'lives',
    requests: { ...keyed, url: api.url },
    connections,
    seconds,
  }));
  return [
    { subject: loaded(keyed), target: 0.9, aim: 1.1 },
    { subject: loaded(keyedHotSku), target: 0.95, aim: 1.2 },
    { subject: loaded(keyedTwoLines), target: 0.75, aim: 0.9 },
    { subject: verb('Confirm', 'confirm'), target: 0.6, aim: 1 },
    { subject: verb('Release', 'release'), target: 0.6, aim: 1 },
    { subject: readOne, target: 1.5, aim: 2.5 },
    { subject: loaded(ofSkus), target: 1.5, aim: 2.5 },
    { subject: loaded(ofHotSku), target: 2, aim: 4 },
    { subject: loaded(keyedSoldOut), target: 2, aim: 2.5 },
    { subject: lives, target: 0.9, aim: 1.2, calls: CALLS_OF_A_LIFE },
  ];
}

const availability = (sku: string): string => `/v1/items/${sku}/availability`;

const reads = (name: string, paths: readonly string[]): Load => ({
  name,
  bodies: [],
  lines: paths.map((path) => `GET ${path}`),
  keyed: false,
  expect: { status: 200 },
});

/** Of holds that the creates have left. */
const heldIds = ({ url }: BenchDatabase): Promise<readonly string[]> =>
  withSession(url, async (session) => {
    const { rows } = await session.query<{ id: string }>(
      `SELECT id FROM reservations WHERE status = 'held' LIMIT ${HOLDS_MAX}`,
    );
    return rows.map(({ id }) => id);
  });

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
