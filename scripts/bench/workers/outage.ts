import { setTimeout as pause } from 'node:timers/promises';
import { feltIn, type Felt } from '../import/phase.ts';
import { say } from '../measure.ts';
import type { Stage } from '../stage.ts';
import { median } from '../statistics.ts';
import { checkout } from './checkout.ts';
import { exactly, type Finding } from './finding.ts';
import { openFleet, type Fleet, type QueuePlace } from './fleet.ts';
import type { Scale, Scenario } from './scenario.ts';
import { countConfirms, untilTold } from './syncs.ts';

const WORKERS = 2;
/** Of the 52 syncs a second that the gateway takes, so that what an outage leaves is soon worked off. */
const LOAD = { confirms: 30, holds: 170 } as const;
const ROUND_SECONDS = 20;
const AT_ONE_GO_SECONDS = 60;
const P99_MULTIPLE = 1.3;
const PATIENCE_MS = 240_000;

interface Round extends Felt {
  /** Syncs that waited at its end, and how long it took until the warehouse had been told all of them. */
  readonly waiting: number;
  readonly workedOffSeconds: number;
}

async function play(stage: Stage, place: QueuePlace, { count, rounds }: Scale): Promise<readonly Finding[]> {
  const fleet = await openFleet(stage, place, { workers: WORKERS });
  try {
    const round = (name: string, isDown: boolean, seconds: number) =>
      playRound(stage, fleet, { name, isDown, seconds: count(seconds) });
    await round('warm-up', false, ROUND_SECONDS);
    const up: Round[] = [];
    const down: Round[] = [];
    for (let n = 1; n <= rounds; n += 1) {
      // Who comes first changes, so that none gains by its place.
      for (const isDown of n % 2 === 1 ? [false, true] : [true, false]) {
        const played = await round(`round ${n}, ${isDown ? 'down' : 'up'}`, isDown, ROUND_SECONDS);
        (isDown ? down : up).push(played);
      }
    }
    const atOneGo = await round('down at one go', true, AT_ONE_GO_SECONDS);
    return await findings(fleet, { up, down, atOneGo });
  } finally {
    await fleet.close();
  }
}

/** The load, with the gateway up or down; then the gateway up and no load, until the warehouse has been told all. */
async function playRound(
  stage: Stage,
  fleet: Fleet,
  { name, isDown, seconds }: { readonly name: string; readonly isDown: boolean; readonly seconds: number },
): Promise<Round> {
  await fleet.warehouse.spoil({ down: isDown });
  const load = stage.generator.begin({ kind: 'background', ...checkout(fleet.shop.baseUrl, LOAD) });
  const from = Date.now();
  await pause(seconds * 1_000);
  const felt = feltIn({ from, until: Date.now() }, await load.end());
  const { all, told } = await countConfirms(fleet);
  const ended = performance.now();
  await fleet.warehouse.spoil({});
  await untilTold(fleet, PATIENCE_MS);
  const workedOffSeconds = (performance.now() - ended) / 1_000;
  say(
    `${name}: p99 ${felt.p99Ms.toFixed(1)} ms; ${all - told} syncs told after ${workedOffSeconds.toFixed(1)} s`,
  );
  return { ...felt, waiting: all - told, workedOffSeconds };
}

async function findings(
  fleet: Fleet,
  {
    up,
    down,
    atOneGo,
  }: { readonly up: readonly Round[]; readonly down: readonly Round[]; readonly atOneGo: Round },
): Promise<readonly Finding[]> {
  const { all, told } = await countConfirms(fleet);
  const { keys, busiest_second: busiest } = await fleet.warehouse.report();
  const p99 = (rounds: readonly Round[]) => median(rounds.map(({ p99Ms }) => p99Ms));
  const p50 = (rounds: readonly Round[]) => median(rounds.map(({ p50Ms }) => p50Ms));
  const everyRound = [...up, ...down, atOneGo];
  return [
    { what: 'Checkout, p50 ms, gateway up', value: p50(up) },
    { what: 'Checkout, p50 ms, gateway down', value: p50(down) },
    { what: 'Checkout, p99 ms, gateway up', value: p99(up) },
    { what: 'Checkout, p99 ms, gateway down', value: p99(down) },
    { what: 'p99, down as a multiple of up', value: p99(down) / p99(up), goal: { atMost: P99_MULTIPLE } },
    { what: `p99 ms, gateway down for ${AT_ONE_GO_SECONDS} s`, value: atOneGo.p99Ms },
    { what: 'Errors', value: everyRound.reduce((sum, { errors }) => sum + errors, 0), goal: exactly(0) },
    { what: `Syncs that waited after ${AT_ONE_GO_SECONDS} s`, value: atOneGo.waiting },
    { what: 'From then to the last of them, s', value: atOneGo.workedOffSeconds },
    { what: 'Syncs that succeeded, in all', value: told, goal: exactly(all) },
    { what: 'Effects at the gateway, by key', value: keys, goal: exactly(all) },
    { what: 'Busiest sliding second', value: busiest, goal: { atMost: 60 } },
  ];
}

export const outage: Scenario = {
  name: 'outage',
  title: `Gateway down for ${AT_ONE_GO_SECONDS} s while checkout goes on`,
  how:
    `${WORKERS} workers. ${LOAD.confirms} orders a second that are confirmed as they are made, and ${LOAD.holds} holds, sent when due and ` +
    `counted from then: ${ROUND_SECONDS} s with the gateway up and ${ROUND_SECONDS} s with every call to it cut, in turn, medians of the ` +
    `rounds; then ${AT_ONE_GO_SECONDS} s without it. After each the gateway is up and there is no load, until all syncs have arrived.`,
  play,
};
