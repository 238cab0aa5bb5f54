import { setTimeout as pause } from 'node:timers/promises';
import { withSession } from '@holdfast/testing';
import { skuNames, stockUp } from '../api-calls.ts';
import { runRounds, subject, type Benchmark, type Measured, type Subject } from '../benchmark.ts';
import { closedLoop, measureLoad, perSecond, type LoadFigures } from '../load/load-figures.ts';
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
import { medianRatio, p50, p99 } from '../statistics.ts';
import {
  cpuTable,
  digits,
  medianColumn,
  nameColumn,
  NO_GOAL,
  paragraphs,
  table,
  verdict,
  whole,
} from '../table.ts';
import type { Involved } from '../testbed.ts';

/** Calls of a whole life beside the ceiling, while a worker sends to the gateway what it takes. */

interface Goals {
  /** Shares of the ceiling; of a quarter of it for a whole life, which has four calls. */
  readonly target: number;
  readonly aim: number;
}

interface Row extends Measured<LoadFigures>, Partial<Goals> {
  readonly share: number;
}

const ROUNDS = 3;
/** A worker that has just started keeps a core busy with itself. */
const SETTLE_MS = 2_000;
/** More than a load of some seconds asks for. */
const HOLDS_MAX = 60_000;
const CALLS_OF_A_LIFE = 4;
const PREPARE_SECONDS = 5;

const reads = (name: string, paths: readonly string[]): Load => ({
  name,
  bodies: [],
  lines: paths.map((path) => `GET ${path}`),
  keyed: false,
  expect: { status: 200 },
});
const availability = (sku: string): string => `/v1/items/${sku}/availability`;

export const life: Benchmark = {
  name: 'life',
  compares: 'each call of a reservation’s life with the same Express app without storage',
  async run(testbed, { seconds, connections, rounds = ROUNDS }) {
    const database = await testbed.createDatabase('bench_life');
    const settings = { DATABASE_URL: database.url };
    const api = await testbed.startApp('api', settings);
    const ceiling = await testbed.startScript('ceiling', 'ceiling-server.ts');
    const gateway = await testbed.startApp('gateway-sim', {});
    await stockUp(api.url);
    const worker = await testbed.startApp('worker', { ...settings, GATEWAY_URL: gateway.url });
    await pause(SETTLE_MS);

    /** Holds that the creates have left. */
    const heldIds = () =>
      withSession(database.url, async (session) => {
        const { rows } = await session.query<{ id: string }>(
          `SELECT id FROM reservations WHERE status = 'held' LIMIT ${HOLDS_MAX}`,
        );
        return rows.map(({ id }) => id);
      });
    const timed = (name: string, involved: Involved, orderOf: (seconds: number) => Promise<TimedOrder>) =>
      subject(
        name,
        async (seconds) => measureLoad(testbed, involved, await orderOf(seconds)),
        ({ perSecond, p50Ms }: LoadFigures) => `${whole(perSecond)}/s, p50 ${p50Ms.toFixed(2)} ms`,
      );
    const ofApi: Involved = { server: api, worker };
    const loaded = (load: Load) =>
      timed(load.name, ofApi, async (seconds) => closedLoop(load, api.url, connections, seconds));
    const verb = (name: string, path: string) =>
      timed(name, ofApi, async (seconds) => {
        const lines = (await heldIds()).map((id) => `POST /v1/reservations/${id}/${path}`);
        const load = { name, lines, bodies: ['{}'], keyed: false, once: true, expect: { status: 200 } };
        return closedLoop(load, api.url, connections, seconds);
      });
    const oneOf = timed('Read one reservation', ofApi, async (seconds) => {
      const load = reads(
        '',
        (await heldIds()).slice(0, 1_000).map((id) => `/v1/reservations/${id}`),
      );
      return closedLoop(load, api.url, connections, seconds);
    });
    const lives = timed('Whole lives: create, read, confirm, fulfil', ofApi, async (seconds) => ({
      kind: 'lives',
      requests: { ...keyed, url: api.url },
      connections,
      seconds,
    }));
    const yardstick = timed(
      'Ceiling: Express + zod, no storage',
      { server: ceiling, worker },
      async (seconds) => closedLoop(oneHotSku, ceiling.url, connections, seconds),
    );
    const measured: readonly (Goals & { readonly subject: Subject<LoadFigures>; readonly of?: number })[] = [
      { subject: loaded({ ...keyed, name: 'Create with a key, 1,000 SKUs' }), target: 0.9, aim: 1.1 },
      { subject: loaded(keyedHotSku), target: 0.95, aim: 1.2 },
      { subject: loaded(keyedTwoLines), target: 0.75, aim: 0.9 },
      { subject: verb('Confirm', 'confirm'), target: 0.6, aim: 1 },
      { subject: verb('Release', 'release'), target: 0.6, aim: 1 },
      { subject: oneOf, target: 1.5, aim: 2.5 },
      {
        subject: loaded(
          reads(
            'Availability of one SKU, 1,000 SKUs',
            skuNames.map((_, n) => availability(mixedSku(n))),
          ),
        ),
        target: 1.5,
        aim: 2.5,
      },
      {
        subject: loaded(reads('Availability of one SKU, one hot SKU', [availability(mixedSku(0))])),
        target: 2,
        aim: 4,
      },
      { subject: loaded(keyedSoldOut), target: 2, aim: 2.5 },
      { subject: lives, target: 0.9, aim: 1.2, of: CALLS_OF_A_LIFE },
    ];
    // Holds for those that come first in a round.
    await testbed.generator.run(closedLoop(keyed, api.url, connections, PREPARE_SECONDS));
    await runRounds([{ subjects: [yardstick, ...measured.map(({ subject }) => subject)] }], {
      seconds,
      rounds,
    });
    const rows: readonly Row[] = [
      { ...yardstick, share: 1 },
      ...measured.map(({ subject, of = 1, ...goals }) => ({
        ...subject,
        ...goals,
        share: of * medianRatio(subject.rounds, yardstick.rounds, perSecond),
      })),
    ];
    return {
      markdown: paragraphs(
        '## A reservation’s life, call by call',
        `${connections} connections, ${seconds} s for each load in each of ${rounds} rounds, one API and a worker that sends ` +
          'syncs at the gateway’s rate: thousands wait. A share is of the ceiling of the same round; of whole lives, of a quarter of it.',
        table(rows, [
          nameColumn,
          medianColumn('a second', perSecond),
          medianColumn('p50 ms', p50, digits(1)),
          medianColumn('p99 ms', p99, digits(1)),
          ['share of the ceiling', ({ share }) => share, digits(2)],
          ['target', ({ share, target }) => goal(share, target)],
          ['aim', ({ share, aim }) => goal(share, aim)],
        ]),
        cpuTable(rows),
      ),
      figures: { connections, seconds, rows },
    };
  },
};

const goal = (share: number, wanted: number | undefined): string =>
  wanted === undefined ? NO_GOAL : verdict(wanted.toFixed(2), share >= wanted);
