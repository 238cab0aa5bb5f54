import { setTimeout as delay } from 'node:timers/promises';
import { NoSlot, PauseClock, slotEveryMs, type Pace } from './pace.ts';

/** Where all processes take their slots from, one after the other. In PostgreSQL it is a row (packages/db). */
export interface SlotStore {
  /**
   * Reserves the next slot. While the calls are paused it reserves none and says for how long.
   *
   * @throws when the store cannot be reached
   */
  takeSlot(everyMs: number): Promise<{ readonly waitMs: number; readonly pausedMs: number }>;
  /** A longer pause is kept. @throws when the store cannot be reached */
  pause(ms: number): Promise<void>;
}

export interface RowPaceOptions {
  readonly ratePerSecond: number;
  readonly store: SlotStore;
  /** Called with what goes wrong in the background. */
  readonly onError: (error: unknown) => void;
}

/**
 * A process that wakes up later than this after its slot began (a collection of garbage, a busy host) leaves it and takes
 * another: late calls of several workers together would be a bundle.
 */
const LATE_MAX_MS = 40;

/** With one slot for each worker that is further than a hundred of them reserve. The call is withheld: its turn comes. */
const AHEAD_MAX_MS = 2_000;

/**
 * Slots by the clock of the store, so that the clocks of hosts do not matter. There is no leader and no lease: whichever
 * workers live share the slots, one that dies takes at most one slot with it, and nobody waits for anybody
 * (docs/decisions/0014).
 */
export function createRowPace({ ratePerSecond, store, onError }: RowPaceOptions): Pace {
  const everyMs = slotEveryMs(ratePerSecond);
  const paused = new PauseClock();

  /** Whether the slot began just now. */
  async function takeSlot(): Promise<boolean> {
    const { waitMs, pausedMs } = await store.takeSlot(everyMs);
    paused.pause(pausedMs);
    if (paused.leftMs() > 0) throw new NoSlot('the calls are paused');
    if (waitMs > AHEAD_MAX_MS) throw new NoSlot(`the next slot is ${Math.round(waitMs)} ms ahead`);
    const beginsAtMs = performance.now() + waitMs;
    await delay(waitMs);
    return performance.now() - beginsAtMs <= LATE_MAX_MS;
  }

  return {
    async slot() {
      try {
        while (!(await takeSlot()));
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
