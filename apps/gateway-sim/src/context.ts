import { createLogger, type Logger } from '@holdfast/runtime';
import type { Config } from './config.ts';
import { noFaults, type FaultScript } from './faults.ts';
import { Warehouse } from './warehouse.ts';

export interface Context {
  readonly config: Config;
  readonly log: Logger;
  readonly warehouse: Warehouse;
  /** Replaced as a whole by `PUT /__sim/faults`. */
  faults: FaultScript;
  /** From 0 to, but not including, 1. A test puts a script in its place. */
  readonly random: () => number;
}

export interface ContextOverrides extends Partial<Pick<Context, 'log' | 'random' | 'faults'>> {
  readonly nowMs?: () => number;
}

/** The wall clock at start, and from then on a monotonic clock: a window must not shrink or stretch. */
const steadyNowMs = () => performance.timeOrigin + performance.now();

export function createContext(config: Config, overrides: ContextOverrides = {}): Context {
  const { nowMs = steadyNowMs, ...rest } = overrides;
  return {
    config,
    log: createLogger('gateway-sim', config.LOG_LEVEL),
    warehouse: new Warehouse(nowMs),
    faults: noFaults,
    random: Math.random,
    ...rest,
  };
}
