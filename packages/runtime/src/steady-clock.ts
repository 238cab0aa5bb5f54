/** While it is ahead of the time that it follows, the clock runs at this fraction of its speed. */
const SPEED_WHEN_AHEAD = 0.5;

/** In this time two hosts whose clocks drift by 100 ppm differ by half a millisecond. */
const ASK_EVERY_MS = 5_000;

/**
 * A wall clock that never goes back and cannot be set: epoch milliseconds, counted by the monotonic clock
 * (`performance.now()`) from the time that it follows, which is the database's.
 *
 * When it is behind, it jumps forward: a wait then ends too early, and the waiting code checks again. When it
 * is ahead, it runs at half speed until it is right: every wait takes twice as long in that time, but no wait
 * takes as long as the error.
 */
export class SteadyClock {
  /** Followed time minus monotonic time. */
  #offsetMs: number;
  /** How far ahead of that time the clock was at `#aheadSinceMs`. */
  #aheadMs = 0;
  #aheadSinceMs = 0;
  readonly #monotonicMs: () => number;

  constructor(startMs: number, monotonicMs: () => number = () => performance.now()) {
    this.#monotonicMs = monotonicMs;
    this.#offsetMs = startMs - monotonicMs();
  }

  /** Whole epoch milliseconds. */
  now(): number {
    const monotonicMs = this.#monotonicMs();
    return Math.floor(this.#offsetMs + monotonicMs + this.#aheadAt(monotonicMs));
  }

  /** Sets the followed time before anything uses this clock: it may go back. */
  set(followedMs: number): void {
    this.#offsetMs = followedMs - this.#monotonicMs();
    this.#aheadMs = 0;
  }

  /** The followed time is between these two now. If the clock agrees with that, nothing changes. */
  correct(earliestMs: number, latestMs: number): void {
    const monotonicMs = this.#monotonicMs();
    const shownMs = this.#offsetMs + monotonicMs + this.#aheadAt(monotonicMs);
    const followedMs = Math.min(Math.max(this.#offsetMs + monotonicMs, earliestMs), latestMs);
    this.#offsetMs = followedMs - monotonicMs;
    this.#aheadMs = Math.max(0, shownMs - followedMs);
    this.#aheadSinceMs = monotonicMs;
  }

  #aheadAt(monotonicMs: number): number {
    return Math.max(0, this.#aheadMs - (monotonicMs - this.#aheadSinceMs) * (1 - SPEED_WHEN_AHEAD));
  }
}

/**
 * Makes `Date.now()` of this process a steady clock. Libraries that wait, count or order by differences of
 * `Date.now()` (the queue, the limiters, the breaker, UUIDv7) then work the same on a host whose clock is
 * wrong or is set (docs/decisions/0023). `new Date()` remains the host's time: log lines have it.
 */
export function installSteadyClock(): SteadyClock {
  const clock = new SteadyClock(Date.now());
  Date.now = () => clock.now();
  return clock;
}

/**
 * Makes the clock follow the time that all processes share: an answer corrects it now and every 5 s. Without
 * an answer the clock continues by itself. Its error is at most as long as the quickest answer took.
 *
 * @param readTimeMs epoch milliseconds; must settle
 */
export function followTime(clock: SteadyClock, readTimeMs: () => Promise<number>): void {
  let asking: Promise<void> | undefined;
  const ask = () => {
    asking ??= correct(clock, readTimeMs).finally(() => {
      asking = undefined;
    });
  };
  ask();
  setInterval(ask, ASK_EVERY_MS).unref();
}

async function correct(clock: SteadyClock, readTimeMs: () => Promise<number>): Promise<void> {
  const askedAtMs = performance.now();
  try {
    const timeMs = await readTimeMs();
    // The time was read between the request and the answer.
    clock.correct(timeMs, timeMs + (performance.now() - askedAtMs));
  } catch {
    // Whether the database is away is logged and measured elsewhere.
  }
}
