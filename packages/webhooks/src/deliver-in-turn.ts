import { setMaxListeners } from 'node:events';
import { FAILURES_UNTIL_REST } from './retry-schedule.ts';
import type { SendOutcome } from './send-outcome.ts';

/** Deliveries of one endpoint at the same time. */
const IN_FLIGHT_MAX = 20;
/** After this time no attempt begins any more: a batch of a slow endpoint must end, too. */
const BEGIN_WITHIN_MS = 5_000;

interface Item {
  readonly orderingKey: string;
}

export interface Attempt {
  readonly outcome: Exclude<SendOutcome, { kind: 'broken_off' }>;
  /** By performance.now(). */
  readonly beganAtMs: number;
}

/** The results of a round of sending. */
export interface Round<Of extends Item> {
  /** An event without a result was not sent, or its sending was cut off. */
  readonly attempts: ReadonlyMap<Of, Attempt>;
  /** Something before it of its key failed, or waits: not to be sent now. */
  isHeldUp(item: Of): boolean;
  readonly failuresInARow: number;
  readonly isGone: boolean;
}

export interface RoundOptions<Of extends Item> {
  readonly send: (item: Of, signal: AbortSignal) => Promise<SendOutcome>;
  /** Keys for which nothing may be sent, as an earlier item waits. */
  readonly heldUp: ReadonlySet<string>;
  /** Failed attempts in a row, up to now. */
  readonly failuresInARow: number;
  readonly stopping: AbortSignal;
}

/**
 * Sends items in their order, 20 at once. Items with the same key are sent one after the other, and none
 * after one that failed. It ends early at its deadline, when the process stops, after a 410, or after ten
 * failures in a row. An endpoint that comes out of a rest gets one item first: if that fails, it was the only
 * one.
 */
export async function deliver<Of extends Item>(
  items: readonly Of[],
  options: RoundOptions<Of>,
): Promise<Round<Of>> {
  const attempts = new Map<Of, Attempt>();
  const waiting = new Set(items);
  const heldUp = new Set(options.heldUp);
  const underWay = new Map<string, Promise<void>>();
  let { failuresInARow } = options;
  // Deliveries of one round failed for one cause: the rest grows with each round, not with each of them.
  const failuresMax = Math.max(FAILURES_UNTIL_REST, failuresInARow + 1);
  let isGone = false;
  let begun = 0;
  const startedAtMs = performance.now();
  const stop = graceful(options.stopping);

  const allowedAtOnce = () => {
    if (isGone || options.stopping.aborted || performance.now() - startedAtMs > BEGIN_WITHIN_MS) return 0;
    if (failuresInARow < FAILURES_UNTIL_REST) return IN_FLIGHT_MAX;
    return begun === 0 ? 1 : 0;
  };
  const nextItem = () => {
    for (const item of waiting) {
      if (!heldUp.has(item.orderingKey) && !underWay.has(item.orderingKey)) return item;
    }
    return undefined;
  };
  const attempt = async (item: Of) => {
    const beganAtMs = performance.now();
    const outcome = await options.send(item, stop.signal);
    if (outcome.kind !== 'broken_off') attempts.set(item, { outcome, beganAtMs });
    if (outcome.kind === 'succeeded') failuresInARow = 0;
    else heldUp.add(item.orderingKey);
    if (outcome.kind === 'failed') failuresInARow = Math.min(failuresInARow + 1, failuresMax);
    if (outcome.kind === 'gone') isGone = true;
  };

  for (;;) {
    const item = underWay.size < allowedAtOnce() ? nextItem() : undefined;
    if (item) {
      begun += 1;
      waiting.delete(item);
      underWay.set(
        item.orderingKey,
        attempt(item).finally(() => underWay.delete(item.orderingKey)),
      );
    } else if (underWay.size > 0) {
      await Promise.race(underWay.values());
    } else {
      break;
    }
  }
  stop.clear();
  return { attempts, isHeldUp: (item) => heldUp.has(item.orderingKey), failuresInARow, isGone };
}

/** When the process stops, calls under way may end for so long; the worker leaves its jobs after 3 s. */
const GRACE_MS = 1_500;

function graceful(stopping: AbortSignal) {
  const controller = new AbortController();
  setMaxListeners(IN_FLIGHT_MAX, controller.signal);
  let timer: NodeJS.Timeout | undefined;
  const begin = () => {
    timer = setTimeout(() => controller.abort(), GRACE_MS);
  };
  stopping.addEventListener('abort', begin, { once: true });
  if (stopping.aborted) begin();
  return {
    signal: controller.signal,
    clear() {
      clearTimeout(timer);
      stopping.removeEventListener('abort', begin);
    },
  };
}
