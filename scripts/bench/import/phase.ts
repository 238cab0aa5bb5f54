import type { Background } from '../load-generator/orders.ts';
import { latenciesOf, median, type Latencies } from '../statistics.ts';

/** A part of the run, by the times of `Date.now()`. */
export interface Phase {
  readonly from: number;
  readonly until: number;
}

/** What the load felt in a phase. */
export interface Felt extends Latencies {
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
export function feltIn({ from, until }: Phase, { sent, answered, errors }: Background): Felt {
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
