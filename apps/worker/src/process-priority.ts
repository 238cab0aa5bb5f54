import { setPriority } from 'node:os';
import type { Logger } from '@holdfast/runtime';

/**
 * Where a worker shares its machine with an API, checkout goes first. It matters only while no CPU is free:
 * with a webhook for every event, two saturated cores sold 0.68 of what they sell without a worker, and 0.44
 * with equal priorities (`npm run bench -- --only events`). What is late then is what can be: webhooks,
 * syncs, holds that are given back. Many other busy processes on the machine leave such a worker no CPU at
 * all: then WORKER_NICE is set to 0.
 */
export function letCheckoutGoFirst(nice: number, log: Logger): void {
  if (nice === 0) return;
  try {
    setPriority(nice);
  } catch (error) {
    log.warn('worker.priority_unchanged', { error }); // a sandbox that does not allow it
  }
}
