import { setTimeout as pause } from 'node:timers/promises';
import { oneHotSku, thousandSkus } from '../loads.ts';
import { say } from '../measure.ts';
import type { Stage } from '../stage.ts';
import { numberBacklog, type Numbered } from './backlog.ts';
import { FOLLOWER, RECEIVER, type Follower, type Listener } from './listener.ts';
import { runLoad, type Company, type LoadRun } from './run-load.ts';
import type { Shop } from './shop.ts';
import { subscribe } from './webhook-endpoint.ts';

export const CHECKOUT_PER_SECOND = 1_000;
export const FEED_PER_SECOND = 2_000;

/** The same shopping: so many a second over 1,000 SKUs, and as fast as it goes of one SKU. */
export interface Shopping {
  readonly steady: LoadRun;
  readonly saturated: LoadRun;
}

export interface PublishingTurn {
  /** Nobody but the follower wants events; twice as many a second. */
  readonly feed: Shopping;
  readonly publishing: Shopping;
}

export interface SilentTurn {
  readonly silent: Shopping;
  /** The events that its loads have left. */
  readonly numbered: Numbered;
}

export interface Settings {
  /** For whoever watches. */
  readonly name: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Audience {
  readonly follower: Follower;
  readonly receiver: Listener;
}

/** A worker that has just started or ended keeps a core busy with itself. */
const SETTLE_MS = 2_000;

const NOBODY: Company = { worker: null, listeners: [], awaited: [] };

/** With the worker: first only the feed is read, then a webhook is called, too. */
export async function playPublishing(
  stage: Stage,
  shop: Shop,
  { follower, receiver }: Audience,
  settings: Settings,
): Promise<PublishingTurn> {
  const { name } = settings;
  const { url } = shop.api;
  const worker = await shop.startWorker();
  follower.follow(url);
  await pause(SETTLE_MS);
  const run = async (what: string, order: LoadOrder, company: Omit<Company, 'worker'>) => {
    const played = await runLoad(stage, shop, order, { worker, ...company });
    tell(`${name}, ${what}`, played);
    return played;
  };
  const onFeed = { listeners: [follower], awaited: [follower] };
  const feed = {
    steady: await run('feed, open loop', openLoop(url, FEED_PER_SECOND, settings), onFeed),
    saturated: await run('feed, saturated', saturated(url, settings), onFeed),
  };
  const unsubscribe = await subscribe(url, receiver.url);
  const onBoth = [follower, receiver];
  const publishing = {
    steady: await run('publishing, open loop', openLoop(url, CHECKOUT_PER_SECOND, settings), {
      listeners: onBoth,
      awaited: onBoth,
    }),
    // One endpoint is not called as often as this: what it has missed by the end is not waited for.
    saturated: await run('publishing, saturated', saturated(url, settings), {
      listeners: onBoth,
      awaited: [follower],
    }),
  };
  await unsubscribe();
  follower.rest();
  await worker.stop();
  return { feed, publishing };
}

/** No worker, and nobody who wants events. */
export async function playSilent(stage: Stage, shop: Shop, settings: Settings): Promise<SilentTurn> {
  const { url } = shop.api;
  await pause(SETTLE_MS);
  const run = async (what: string, order: LoadOrder) => {
    const played = await runLoad(stage, shop, order, NOBODY);
    tell(`${settings.name}, ${what}`, played);
    return played;
  };
  const silent = {
    steady: await run('silent, open loop', openLoop(url, CHECKOUT_PER_SECOND, settings)),
    saturated: await run('silent, saturated', saturated(url, settings)),
  };
  const numbered = await numberBacklog(shop.databaseUrl);
  say(`${settings.name}: ${numbered.events} events numbered in ${numbered.seconds.toFixed(2)} s`);
  return { silent, numbered };
}

type LoadOrder = Parameters<typeof runLoad>[2];

const openLoop = (url: string, perSecond: number, { seconds }: Settings): LoadOrder => ({
  kind: 'open-loop',
  requests: { ...thousandSkus, url },
  perSecond,
  seconds,
});

const saturated = (url: string, { connections, seconds }: Settings): LoadOrder => ({
  kind: 'closed-loop',
  requests: { ...oneHotSku, url },
  connections,
  seconds,
});

function tell(what: string, { timing, heard }: LoadRun): void {
  const perSecond = Math.round(timing.count / timing.seconds);
  const listeners = [FOLLOWER, RECEIVER].flatMap((name) => {
    const by = heard[name];
    return by ? `${name} ${by.inTime} in time, ${by.events} after ${by.seconds.toFixed(1)} s` : [];
  });
  say([`${what}: ${perSecond}/s, p99 ${timing.p99Ms.toFixed(1)} ms`, ...listeners].join('; '));
}
