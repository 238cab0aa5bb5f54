import { subject, type Subject } from '../benchmark.ts';
import { perThousand, type CpuSeconds } from '../process-usage.ts';
import { latenciesOf, median, type Latencies } from '../statistics.ts';
import { whole } from '../table.ts';
import type { Involved, Testbed } from '../testbed.ts';
import type { TimedOrder } from './load-generator.ts';
import type { Load } from './loads.ts';
import type { Background, Timing } from './orders.ts';

/** What came of a load. */
export interface LoadFigures extends Timing {
  readonly perSecond: number;
  /** CPU seconds for each 1,000 answers, by process. */
  readonly cpu: CpuSeconds;
}

export const perSecond = ({ perSecond }: LoadFigures): number => perSecond;

export const closedLoop = (load: Load, url: string, connections: number, seconds: number): TimedOrder => ({
  kind: 'closed-loop',
  requests: { ...load, url },
  connections,
  seconds,
});

export const openLoop = (load: Load, url: string, perSecond: number, seconds: number): TimedOrder => ({
  kind: 'open-loop',
  requests: { ...load, url },
  perSecond,
  seconds,
});

/** A subject of `runRounds`: what is measured of it is a load. */
export const loadSubject = (
  testbed: Testbed,
  name: string,
  involved: () => Involved,
  orderOf: (seconds: number) => TimedOrder | Promise<TimedOrder>,
): Subject<LoadFigures> =>
  subject(
    name,
    async (seconds) => measureLoad(testbed, involved(), await orderOf(seconds)),
    ({ perSecond, p50Ms, p99Ms }) =>
      `${whole(perSecond)}/s, p50 ${p50Ms.toFixed(2)} ms, p99 ${p99Ms.toFixed(2)} ms`,
  );

/** @throws {Error} when an answer was not the one that the load expects */
export async function measureLoad(
  testbed: Testbed,
  involved: Involved,
  order: TimedOrder,
): Promise<LoadFigures> {
  const cpuSince = testbed.meterCpu(involved);
  const timing = await testbed.generator.run(order);
  const { count, seconds } = timing;
  return { ...timing, perSecond: count / seconds, cpu: perThousand(cpuSince(), count) };
}

/** A part of the run, by the times of `Date.now()`. */
export interface Phase {
  readonly from: number;
  readonly until: number;
}

/** What came of a load in the background during a phase. */
export interface PhaseFigures extends Latencies {
  readonly seconds: number;
  readonly sent: number;
  readonly errors: number;
  /** The median of the 99th percentiles of each 5 s: what one bad moment does not decide. */
  readonly usualP99Ms: number;
  /** How late the requests were sent, at the 99th percentile. It is part of the latencies. */
  readonly sentLateP99Ms: number;
}

const WINDOW_MS = 5_000;

/** Of all requests that were due in the phase. Latencies are of those that were answered as expected. */
export function figuresIn({ from, until }: Phase, { sent, answered, errors }: Background): PhaseFigures {
  const isWithin = ({ dueAt }: { readonly dueAt: number }) => dueAt >= from && dueAt < until;
  const within = answered.filter(isWithin);
  const sentWithin = sent.filter(isWithin);
  const windows = Math.max(1, Math.floor((until - from) / WINDOW_MS));
  const byWindow = Array.from({ length: windows }, (): number[] => []);
  // What is left at the end of the phase belongs to its last window.
  for (const { dueAt, ms } of within) {
    byWindow[Math.min(Math.floor((dueAt - from) / WINDOW_MS), windows - 1)]?.push(ms);
  }
  return {
    seconds: (until - from) / 1_000,
    sent: sentWithin.length,
    errors: errors.filter(isWithin).length,
    ...latenciesOf(within.map(({ ms }) => ms)),
    usualP99Ms: median(byWindow.map((window) => latenciesOf(window).p99Ms)),
    sentLateP99Ms: latenciesOf(sentWithin.map(({ lateMs }) => lateMs)).p99Ms,
  };
}
