import { setPriority } from 'node:os';
import type { Logger } from '@holdfast/runtime';

/**
 * If a worker shares its machine with an API, checkout goes first. While no CPU is free, two cores with a
 * webhook for every event sold 0.68 of what they sell without a worker, and 0.44 with equal priorities (`npm
 * run bench -- --only events`). If other busy processes leave the worker no CPU, set WORKER_NICE to 0.
 */
export function letCheckoutGoFirst(nice: number, log: Logger): void {
  if (nice === 0) return;
  try {
    setPriority(nice);
  } catch (error) {
    log.warn('worker.priority_unchanged', { error }); // a sandbox that does not allow it
  }
}
