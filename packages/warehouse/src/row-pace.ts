import { setTimeout as delay } from 'node:timers/promises';
import {
  LATE_MAX_MS,
  NoSlot,
  PAUSE_MAX_MS,
  PauseClock,
  slotEveryMs,
  SLOTS_TRIED_MAX,
  type Pace,
} from './gateway-pace.ts';
import type { Slot, SlotBounds } from './gateway-slot-store.ts';

/** The store from which all processes take their slots. In PostgreSQL it is a row (gateway-slot-store.ts). */
export interface SlotStore {
  /**
   * Reserves the next slot. While the calls are paused it reserves none and says for how long.
   *
   * @throws when the store cannot be reached
   */
  takeSlot(bounds: SlotBounds): Promise<Slot>;
  /** A longer pause is kept. @throws when the store cannot be reached */
  pause(ms: number): Promise<void>;
}

export interface RowPaceOptions {
  readonly ratePerSecond: number;
  readonly store: SlotStore;
  /** Called with errors in the background. */
  readonly onError: (error: unknown) => void;
}

/** More than a hundred workers reserve with one slot each. Beyond it the call is withheld: its turn comes. */
const AHEAD_MAX_MS = 2_000;

/**
 * Slots by the clock of the store, so that the clocks of hosts do not matter. There is no leader and no
 * lease: live workers share the slots, a worker that dies loses at most one slot, and no worker waits for
 * another (docs/decisions/0014).
 */
export function createRowPace({ ratePerSecond, store, onError }: RowPaceOptions): Pace {
  const bounds = {
    everyMs: slotEveryMs(ratePerSecond),
    aheadMaxMs: AHEAD_MAX_MS,
    pauseMaxMs: PAUSE_MAX_MS,
  };
  const paused = new PauseClock();

  /** How late the slot may be, in milliseconds: it began at some time between the question and the answer. */
  async function takeSlot(): Promise<number> {
    const askedAtMs = performance.now();
    const { waitMs, pausedMs } = await store.takeSlot(bounds);
    paused.pause(pausedMs);
    if (paused.leftMs() > 0) throw new NoSlot('the calls are paused');
    if (waitMs === null) throw new NoSlot(`more than ${AHEAD_MAX_MS} ms of slots are taken already`);
    await delay(waitMs);
    return performance.now() - (askedAtMs + waitMs);
  }

  return {
    async slot() {
      try {
        for (let tried = 0; tried < SLOTS_TRIED_MAX; tried += 1) {
          if ((await takeSlot()) <= LATE_MAX_MS) return;
        }
      } catch (error) {
        if (error instanceof NoSlot) throw error;
        throw new NoSlot('the store of slots does not answer', { cause: error });
      }
    },
    pause(ms) {
      paused.pause(ms);
      store.pause(paused.leftMs()).catch(onError);
    },
    pausedMs: () => paused.leftMs(),
    close: async () => {},
  };
}
