export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

export const medianOf = <Figures>(rounds: readonly Figures[], figure: (figures: Figures) => number): number =>
  median(rounds.map(figure));

/** The median of a figure as a multiple of the baseline's, each in the same round. */
export function medianRatio<Figures>(
  rounds: readonly Figures[],
  baseline: readonly Figures[],
  figure: (figures: Figures) => number,
  ofBaseline = figure,
): number {
  return median(
    rounds.map((figures, round) => {
      const base = baseline[round];
      return base === undefined ? Number.NaN : figure(figures) / ofBaseline(base);
    }),
  );
}

export interface Latencies {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export const p50 = ({ p50Ms }: Latencies): number => p50Ms;
export const p99 = ({ p99Ms }: Latencies): number => p99Ms;

/** Sorts `milliseconds` in place: there may be hundreds of thousands. */
export function latenciesOf(milliseconds: number[]): Latencies {
  milliseconds.sort((a, b) => a - b);
  const at = (share: number) => milliseconds[Math.ceil(share * milliseconds.length) - 1] ?? Number.NaN;
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: at(1) };
}

export const sum = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0);
