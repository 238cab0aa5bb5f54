import { setTimeout as pause } from 'node:timers/promises';
import { runRounds, subject } from '../../benchmark.ts';
import { exactly } from '../../findings.ts';
import { figuresIn, type PhaseFigures } from '../../load/load-figures.ts';
import { checkout } from '../../load/loads.ts';
import { medianOf, p50, p99, sum } from '../../statistics.ts';
import type { Testbed } from '../../testbed.ts';
import { countConfirms, untilSynced, type Fleet } from './fleet.ts';
import { onFleet, type Scenario } from './scenario.ts';

const WORKERS = 2;
/** Of the 52 syncs a second that the gateway takes, so that what an outage leaves is soon worked off. */
const LOAD = { confirms: 30, holds: 170 } as const;
const ROUND_SECONDS = 20;
const WARM_UP_SECONDS = 10;
const AT_ONE_GO_SECONDS = 60;
const P99_MULTIPLE = 1.3;
const LIMIT_PER_SECOND = 60;
const PATIENCE_MS = 240_000;

interface Round extends PhaseFigures {
  /** Syncs that waited at its end, and how long it took until the gateway had taken all of them. */
  readonly waiting: number;
  readonly workedOffSeconds: number;
}

export const outage: Scenario = {
  name: 'outage',
  title: `Gateway down for ${AT_ONE_GO_SECONDS} s while checkout goes on`,
  how:
    `${WORKERS} workers. ${LOAD.confirms} orders a second that are confirmed as they are made, and ${LOAD.holds} holds, sent when due and ` +
    `counted from then: ${ROUND_SECONDS} s with the gateway up and ${ROUND_SECONDS} s with every call to it cut, in turn, medians of the ` +
    `rounds; then ${AT_ONE_GO_SECONDS} s without it. After each the gateway is up and there is no load, until all syncs have arrived.`,
  run: onFleet({ workers: WORKERS }, async (fleet, { count, rounds }, testbed) => {
    const gateway = (isDown: boolean, name: string) =>
      subject(
        name,
        (seconds) => measureRound(testbed, fleet, isDown, seconds),
        ({ p99Ms, waiting, workedOffSeconds }) =>
          `p99 ${p99Ms.toFixed(1)} ms; ${waiting} syncs sent after ${workedOffSeconds.toFixed(1)} s`,
      );
    const up = gateway(false, 'up');
    const down = gateway(true, 'down');
    const atOneGo = gateway(true, 'down at one go');
    const settings = { seconds: count(ROUND_SECONDS), rounds, warmUpSeconds: count(WARM_UP_SECONDS) };
    await runRounds([{ subjects: [up, down] }], settings);
    const once = { seconds: count(AT_ONE_GO_SECONDS), rounds: 1, warmUpSeconds: 0 };
    await runRounds([{ subjects: [atOneGo] }], once);

    const { all, synced } = await countConfirms(fleet);
    const { keys, busiest_second: busiest } = await fleet.warehouse.report();
    const [last] = atOneGo.rounds;
    const [upP99, downP99] = [medianOf(up.rounds, p99), medianOf(down.rounds, p99)];
    const errors = sum([...up.rounds, ...down.rounds, ...atOneGo.rounds].map(({ errors }) => errors));
    return [
      { what: 'Checkout, p50 ms, gateway up', value: medianOf(up.rounds, p50) },
      { what: 'Checkout, p50 ms, gateway down', value: medianOf(down.rounds, p50) },
      { what: 'Checkout, p99 ms, gateway up', value: upP99 },
      { what: 'Checkout, p99 ms, gateway down', value: downP99 },
      { what: 'p99, down as a multiple of up', value: downP99 / upP99, goal: { atMost: P99_MULTIPLE } },
      { what: `p99 ms, gateway down for ${AT_ONE_GO_SECONDS} s`, value: last?.p99Ms ?? Number.NaN },
      { what: 'Errors', value: errors, goal: exactly(0) },
      { what: `Syncs that waited after ${AT_ONE_GO_SECONDS} s`, value: last?.waiting ?? Number.NaN },
      { what: 'From then to the last of them, s', value: last?.workedOffSeconds ?? Number.NaN },
      { what: 'Syncs that succeeded, in all', value: synced, goal: exactly(all) },
      { what: 'Effects at the gateway, by key', value: keys, goal: exactly(all) },
      { what: 'Busiest sliding second', value: busiest, goal: { atMost: LIMIT_PER_SECOND } },
    ];
  }),
};

/** The load, with the gateway up or down; then the gateway up and no load, until it has taken all syncs. */
async function measureRound(
  testbed: Testbed,
  fleet: Fleet,
  isDown: boolean,
  seconds: number,
): Promise<Round> {
  await fleet.warehouse.spoil({ down: isDown });
  const load = testbed.generator.begin(checkout(fleet.client.baseUrl, LOAD));
  const from = Date.now();
  await pause(seconds * 1_000);
  const figures = figuresIn({ from, until: Date.now() }, await load.end());
  const { all, synced } = await countConfirms(fleet);
  const ended = performance.now();
  await fleet.warehouse.spoil({});
  await untilSynced(fleet, PATIENCE_MS);
  return { ...figures, waiting: all - synced, workedOffSeconds: (performance.now() - ended) / 1_000 };
}
