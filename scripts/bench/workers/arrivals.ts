import type { WarehouseReport } from '../../../tests/warehouse.ts';

export interface Arrivals {
  /** Epoch milliseconds. */
  readonly lastMs: number;
  /** While some sync had not been sent yet. */
  readonly perSecond: number;
  /** The longest time without any, meanwhile: what all depend on may have been away. */
  readonly longestGapMs: number;
  /** And outside of that. */
  readonly otherwisePerSecond: number;
}

/** The last few may have been in the hands of a worker that was killed: their claims run out when the others are done. */
const SHARE_OF_BACKLOG = 0.95;

/** When calls arrived at the gateway. When nearly all syncs have been sent once, the backlog is over: retries have times of their own. */
export function arrivalsOf({ requests }: WarehouseReport): Arrivals {
  const times = requests.map(({ at }) => Date.parse(at));
  const firstTimes = new Map<string, number>();
  for (const [index, { idempotency_key: key }] of requests.entries()) {
    if (!firstTimes.has(key)) firstTimes.set(key, times[index] ?? Number.NaN);
  }
  const firsts = [...firstTimes.values()];
  const backlogEnds = firsts[Math.ceil(firsts.length * SHARE_OF_BACKLOG) - 1] ?? Number.NaN;
  const within = times.filter((at) => at <= backlogEnds);
  const [from = Number.NaN] = within;
  const gaps = within.slice(1).map((at, index) => at - (within[index] ?? at));
  const longestGapMs = Math.max(...gaps);
  const ms = backlogEnds - from;
  return {
    lastMs: times.at(-1) ?? Number.NaN,
    perSecond: (gaps.length / ms) * 1_000,
    longestGapMs,
    otherwisePerSecond: ((gaps.length - 1) / (ms - longestGapMs)) * 1_000,
  };
}
