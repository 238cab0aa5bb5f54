export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export interface Latencies {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Sorts `milliseconds` in place: there may be hundreds of thousands. */
export function latenciesOf(milliseconds: number[]): Latencies {
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) => milliseconds[Math.ceil(share * milliseconds.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1) };
}

/** Of several rounds: the median of each figure, and the worst of all for the maximum. */
export function medianLatencies(rounds: readonly Latencies[]): Latencies {
  return {
    p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
    p90Ms: median(rounds.map(({ p90Ms }) => p90Ms)),
    p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
    maxMs: Math.max(...rounds.map(({ maxMs }) => maxMs)),
  };
}
