import { retryAfter } from '@holdfast/contract';
import { Problem } from './problem.ts';

interface Bounds {
  readonly atOnceMax: number;
  /** For one caller, waiting work included. Default: no limit. */
  readonly ofCallerMax?: number;
  /** Pieces of work that may wait for their turn. */
  readonly waitingMax: number;
  readonly refusal: string;
  readonly retryAfterSeconds: number;
}

/** Does work, but no more at once than the bounds say. @throws {Problem} `overloaded` when too much waits */
export function limitConcurrency(bounds: Bounds) {
  const {
    atOnceMax,
    ofCallerMax = Number.POSITIVE_INFINITY,
    waitingMax,
    refusal,
    retryAfterSeconds,
  } = bounds;
  const tooMuch = () => new Problem('overloaded', refusal, { headers: retryAfter(retryAfterSeconds) });
  const ofCallers = new Map<string, number>();
  let running = 0;
  const waiting: (() => void)[] = [];
  const inTurn = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < atOnceMax) {
      running += 1;
    } else {
      if (waiting.length >= waitingMax) {
        throw tooMuch();
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
  return async <Result>(caller: string, work: () => Promise<Result>): Promise<Result> => {
    const own = ofCallers.get(caller) ?? 0;
    if (own >= ofCallerMax) throw tooMuch();
    ofCallers.set(caller, own + 1);
    try {
      return await inTurn(work);
    } finally {
      const left = (ofCallers.get(caller) ?? 1) - 1;
      if (left > 0) ofCallers.set(caller, left);
      else ofCallers.delete(caller);
    }
  };
}
