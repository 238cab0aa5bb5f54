import { setTimeout as pause } from 'node:timers/promises';
import { subject, type Measured, type Subject } from '../../benchmark.ts';
import { closedLoop, measureLoad, openLoop, type LoadFigures } from '../../load/load-figures.ts';
import type { TimedOrder } from '../../load/load-generator.ts';
import { oneHotSku, thousandSkus } from '../../load/loads.ts';
import type { QueuePlace } from '../../options.ts';
import type { Metered } from '../../process-usage.ts';
import type { Latencies } from '../../statistics.ts';
import { whole } from '../../table.ts';
import { until, type Running, type Testbed } from '../../testbed.ts';
import { subscribe, type Consumer } from './consumers.ts';
import type { EventSource } from './event-source.ts';

const CHECKOUT_PER_SECOND = 1_000;
const FEED_PER_SECOND = 2_000;
/** What the load before has left to do is done by then. */
const SETTLE_MS = 1_000;
/** What a consumer has not received by then counts as missing. */
const CATCH_UP_WITHIN_MS = 30_000;

/** The process with the queues, where they are there. */
export const REDIS = 'Redis' satisfies QueuePlace;

/** What came of a load, and what the consumers received, by their names. */
export interface EventFigures extends LoadFigures {
  readonly received: Readonly<Record<string, ReceivedOfLoad>>;
}

export interface ReceivedOfLoad {
  /** Each reservation of the load writes one event. */
  readonly sent: number;
  readonly perSecondInTime: number;
  /** From the load's begin until the last one came. */
  readonly perSecond: number;
  readonly missing: number;
  readonly repeats: number;
  readonly lag: Latencies;
}

export interface Processes {
  readonly publishing: EventSource;
  /** Of `publishing`. The other source has none. */
  readonly worker: Running;
  readonly follower: Consumer;
  readonly receiver: Consumer;
  readonly silent: EventSource;
}

type SubjectName =
  'silent' | 'publishing' | 'feed' | 'silentSaturated' | 'publishingSaturated' | 'feedSaturated';
/** Silent: no consumer, and no worker. Feed: the follower only. Publishing: the follower and a webhook. */
export type EventSubjects = Readonly<Record<SubjectName, Subject<EventFigures>>>;
export type EventResults = Readonly<Record<SubjectName, Measured<EventFigures>>>;

type OrderOf = (url: string, seconds: number) => TimedOrder;

const steady =
  (perSecond: number): OrderOf =>
  (url, seconds) =>
    openLoop(thousandSkus, url, perSecond, seconds);

/** So many reservations a second over 1,000 SKUs, or as many as go through of one SKU (saturated). */
export function eventSubjects(testbed: Testbed, processes: Processes, connections: number): EventSubjects {
  const { publishing, silent, worker, follower, receiver } = processes;
  const saturated: OrderOf = (url, seconds) => closedLoop(oneHotSku, url, connections, seconds);
  const measured = (
    name: string,
    source: EventSource,
    orderOf: OrderOf,
    consumers: readonly Consumer[],
    awaited = consumers,
  ) =>
    subject(
      name,
      async (seconds) => {
        const { url } = source.api;
        if (consumers.includes(follower)) follower.follow(url);
        const unsubscribe = consumers.includes(receiver) ? await subscribe(url, receiver.url) : null;
        await pause(SETTLE_MS);
        const order = orderOf(url, seconds);
        const figures = await measureEvents(testbed, source, order, { worker, consumers, awaited });
        await unsubscribe?.();
        follower.follow(null);
        return figures;
      },
      summarize,
    );
  const both = [follower, receiver];
  const paced = `${whole(CHECKOUT_PER_SECOND)} a second`;
  return {
    silent: measured(`Silent, ${paced}`, silent, steady(CHECKOUT_PER_SECOND), []),
    publishing: measured(`Publishing, ${paced}`, publishing, steady(CHECKOUT_PER_SECOND), both),
    feed: measured(`Feed only, ${whole(FEED_PER_SECOND)} a second`, publishing, steady(FEED_PER_SECOND), [
      follower,
    ]),
    silentSaturated: measured('Silent, saturated', silent, saturated, []),
    // One endpoint is not called as often as saturated callers reserve: what it has not got by then is not waited for.
    publishingSaturated: measured('Publishing, saturated', publishing, saturated, both, [follower]),
    feedSaturated: measured('Feed only, saturated', publishing, saturated, [follower]),
  };
}

interface Involved {
  readonly worker: Running;
  readonly consumers: readonly Consumer[];
  /** Those of them that shall have received all before this is over. */
  readonly awaited: readonly Consumer[];
}

/** @throws {Error} when an answer was not the expected one */
async function measureEvents(
  testbed: Testbed,
  { api: server, redis }: EventSource,
  order: TimedOrder,
  { worker, consumers, awaited }: Involved,
): Promise<EventFigures> {
  const others: Record<string, Metered> = Object.fromEntries(consumers.map((each) => [each.name, each]));
  if (redis) others[REDIS] = redis;
  for (const consumer of consumers) await consumer.take();
  const beganMs = Date.now();
  const figures = await measureLoad(testbed, { server, worker, others }, order);
  const { count: sent, seconds } = figures;
  const inTime = await Promise.all(consumers.map((consumer) => consumer.count()));
  for (const consumer of awaited) {
    await until(async () => (await consumer.count()) >= sent, CATCH_UP_WITHIN_MS);
  }
  const received: Record<string, ReceivedOfLoad> = {};
  for (const [index, consumer] of consumers.entries()) {
    const { events, repeats, lastAtMs, lag } = await consumer.take();
    received[consumer.name] = {
      sent,
      perSecondInTime: (inTime[index] ?? 0) / seconds,
      perSecond: events / ((lastAtMs - beganMs) / 1_000),
      missing: sent - events,
      repeats,
      lag,
    };
  }
  return { ...figures, received };
}

function summarize({ perSecond, p99Ms, received }: EventFigures): string {
  const consumers = Object.entries(received).map(
    ([name, { perSecond, missing }]) => `${name} ${whole(perSecond)}/s, ${missing} missing`,
  );
  return [`${whole(perSecond)}/s, p99 ${p99Ms.toFixed(1)} ms`, ...consumers].join('; ');
}
