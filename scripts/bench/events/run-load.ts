import { perThousand, type CpuSeconds, type Metered } from '../cpu.ts';
import type { Order, Timing } from '../load-generator/orders.ts';
import { meterAll } from '../measure.ts';
import type { Running, Stage } from '../stage.ts';
import type { QueuePlace } from '../workers/fleet.ts';
import { until } from '../workers/until.ts';
import type { Heard } from './hearing.ts';
import type { Listener } from './listener.ts';
import type { Shop } from './shop.ts';

export type LoadOrder = Extract<Order, { kind: 'closed-loop' | 'open-loop' }>;

/** What a load felt, and who heard of it. */
export interface LoadRun {
  readonly timing: Timing;
  /** CPU seconds for each 1,000 answers, by process, until the load's end. */
  readonly cpu: CpuSeconds;
  /** By the listener's name. */
  readonly heard: Readonly<Record<string, HeardOfLoad>>;
}

interface HeardOfLoad extends Heard {
  /** By the end of the load. */
  readonly inTime: number;
  /** From the load's begin until the last one came. */
  readonly seconds: number;
}

interface Company {
  readonly worker: Running;
  readonly listeners: readonly Listener[];
  /** Those of them that shall have heard all before this is over. */
  readonly awaited: readonly Listener[];
}

/** The process, and who has the queues there. */
export const REDIS = 'Redis' satisfies QueuePlace;

/** Who has not caught up by then never will: it counts as missing. */
const CATCH_UP_WITHIN_MS = 30_000;

/** Each reservation of a load writes one event. @throws {Error} when an answer was not the expected one */
export async function runLoad(
  stage: Stage,
  { api: server, redis }: Shop,
  order: LoadOrder,
  { worker, listeners, awaited }: Company,
): Promise<LoadRun> {
  const others: Record<string, Metered> = Object.fromEntries(listeners.map((each) => [each.name, each]));
  if (redis) others[REDIS] = redis;
  for (const listener of listeners) await listener.take();
  const cpuSince = meterAll(stage, { server, worker, others });
  const beganMs = Date.now();
  const timing = await stage.generator.run(order);
  const inTime = await Promise.all(listeners.map((listener) => listener.count()));
  const cpu = perThousand(cpuSince(), timing.count);
  for (const listener of awaited) {
    await until(async () => (await listener.count()) >= timing.count, CATCH_UP_WITHIN_MS);
  }
  const heard = await Promise.all(
    listeners.map(async (listener, index): Promise<[string, HeardOfLoad]> => {
      const taken = await listener.take();
      const seconds = (taken.lastAtMs - beganMs) / 1_000;
      return [listener.name, { ...taken, inTime: inTime[index] ?? 0, seconds }];
    }),
  );
  return { timing, cpu, heard: Object.fromEntries(heard) };
}
