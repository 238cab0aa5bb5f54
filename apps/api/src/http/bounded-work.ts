import { retryAfter } from '@holdfast/contract';
import { Problem } from './problem.ts';

interface Bounds {
  readonly atOnceMax: number;
  /** Pieces of work that may wait for their turn. */
  readonly waitingMax: number;
  readonly refusal: string;
  readonly retryAfterSeconds: number;
}

/** Does work, but no more at once than the bounds say. @throws {Problem} `overloaded` when too much waits */
export function boundedWork({ atOnceMax, waitingMax, refusal, retryAfterSeconds }: Bounds) {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < atOnceMax) {
      running += 1;
    } else {
      if (waiting.length >= waitingMax) {
        throw new Problem('overloaded', refusal, { headers: retryAfter(retryAfterSeconds) });
      }
      await new Promise<void>((resolve) => waiting.push(resolve)); // until a place is handed over
    }
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
