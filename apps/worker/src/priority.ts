import { constants, setPriority } from 'node:os';
import type { Logger } from '@holdfast/runtime';

/**
 * Where a worker shares its machine with an API, checkout goes first. It matters only while no CPU is free: with a webhook for
 * every event, two saturated cores sold 0.68 of what they sell without a worker, and 0.44 with equal priorities
 * (`npm run bench -- --only events`). What is late then is what can be: webhooks, syncs, holds that are given back.
 */
export function letCheckoutGoFirst(log: Logger): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch (error) {
    log.warn('worker.priority_unchanged', { error }); // a sandbox that does not allow it
  }
}
