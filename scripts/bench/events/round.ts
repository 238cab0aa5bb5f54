import { setTimeout as pause } from 'node:timers/promises';
import { oneHotSku, thousandSkus } from '../loads.ts';
import { say } from '../measure.ts';
import type { Running, Stage } from '../stage.ts';
import { numberBacklog, type Numbered } from './backlog.ts';
import { FOLLOWER, RECEIVER, type Follower, type Listener } from './listener.ts';
import { runLoad, type LoadOrder, type LoadRun } from './run-load.ts';
import type { Shop } from './shop.ts';
import { subscribe } from './webhook-endpoint.ts';

export const CHECKOUT_PER_SECOND = 1_000;
export const FEED_PER_SECOND = 2_000;

export interface EventsRound {
  /** Nobody but the follower wants events. */
  readonly feed: Shopping;
  /** The follower does, and a webhook. */
  readonly publishing: Shopping;
  /** Nobody does, and there is no worker. */
  readonly silent: Shopping;
  /** The events that the silent loads have left. */
  readonly numbered: Numbered;
}

interface Shopping {
  /** So many a second, over 1,000 SKUs. */
  readonly steady: LoadRun;
  /** As fast as it goes, of one SKU. */
  readonly saturated: LoadRun;
}

/** Who takes part, from the first round to the last. */
export interface Players {
  /** Its worker publishes. */
  readonly telling: Shop;
  readonly worker: Running;
  readonly follower: Follower;
  readonly receiver: Listener;
  /** Has no worker. */
  readonly silent: Shop;
}

interface Settings {
  /** For whoever watches. */
  readonly name: string;
  readonly connections: number;
  readonly seconds: number;
  readonly isSilentFirst: boolean;
}

/** What the load before has left to do is done by then. */
const SETTLE_MS = 1_000;

/** What is compared comes one right after the other: on a shared machine the next minute may be another one. */
export async function playRound(stage: Stage, players: Players, settings: Settings): Promise<EventsRound> {
  const both = async (order: (url: string) => LoadOrder) => {
    const before = settings.isSilentFirst ? await playSilent(stage, players, settings, order) : null;
    const publishing = await playPublishing(stage, players, settings, order);
    return { publishing, silent: before ?? (await playSilent(stage, players, settings, order)) };
  };
  const feed = {
    steady: await playFeed(stage, players, settings, openLoop(FEED_PER_SECOND, settings)),
    saturated: await playFeed(stage, players, settings, saturated(settings)),
  };
  const steady = await both(openLoop(CHECKOUT_PER_SECOND, settings));
  const hot = await both(saturated(settings));
  const numbered = await numberBacklog(players.silent.databaseUrl);
  say(`${settings.name}: ${numbered.events} events numbered in ${numbered.seconds.toFixed(2)} s`);
  return {
    feed,
    publishing: { steady: steady.publishing, saturated: hot.publishing },
    silent: { steady: steady.silent, saturated: hot.silent },
    numbered,
  };
}

type Play = (
  stage: Stage,
  players: Players,
  settings: Settings,
  order: (url: string) => LoadOrder,
) => Promise<LoadRun>;

const playFeed: Play = async (stage, { telling, worker, follower }, { name }, order) => {
  const { url } = telling.api;
  follower.follow(url);
  await pause(SETTLE_MS);
  const load = order(url);
  const listeners = [follower];
  const run = await runLoad(stage, telling, load, { worker, listeners, awaited: listeners });
  follower.rest();
  return told(`${name}, feed`, load, run);
};

const playPublishing: Play = async (stage, { telling, worker, follower, receiver }, { name }, order) => {
  const { url } = telling.api;
  follower.follow(url);
  const unsubscribe = await subscribe(url, receiver.url);
  await pause(SETTLE_MS);
  const load = order(url);
  const listeners = [follower, receiver];
  // One endpoint is not called as often as saturated callers reserve: what it has not got by then is not waited for.
  const awaited = load.kind === 'open-loop' ? listeners : [follower];
  const run = await runLoad(stage, telling, load, { worker, listeners, awaited });
  await unsubscribe();
  follower.rest();
  return told(`${name}, publishing`, load, run);
};

const playSilent: Play = async (stage, { silent, worker }, { name }, order) => {
  await pause(SETTLE_MS);
  const load = order(silent.api.url);
  const run = await runLoad(stage, silent, load, { worker, listeners: [], awaited: [] });
  return told(`${name}, silent`, load, run);
};

const openLoop =
  (perSecond: number, { seconds }: Settings) =>
  (url: string): LoadOrder => ({ kind: 'open-loop', requests: { ...thousandSkus, url }, perSecond, seconds });

const saturated =
  ({ connections, seconds }: Settings) =>
  (url: string): LoadOrder => ({
    kind: 'closed-loop',
    requests: { ...oneHotSku, url },
    connections,
    seconds,
  });

function told(what: string, { kind }: LoadOrder, run: LoadRun): LoadRun {
  const { timing, heard } = run;
  const listeners = [FOLLOWER, RECEIVER].flatMap((name) => {
    const by = heard[name];
    return by ? `${name} ${by.inTime} in time, ${by.events} after ${by.seconds.toFixed(1)} s` : [];
  });
  const perSecond = Math.round(timing.count / timing.seconds);
  say([`${what}, ${kind}: ${perSecond}/s, p99 ${timing.p99Ms.toFixed(1)} ms`, ...listeners].join('; '));
  return run;
}
