/**
 * How much later than others a request may arrive after its slot (event loop, connection, network, a gateway
 * that stands still for a moment) before a sliding second could hold one too many. With 140 ms the stand-in
 * has seen 60 in a second.
 */
const LATENESS_MARGIN_MS = 170;

/**
 * Milliseconds between two slots, so that in *any* sliding second at most `ratePerSecond` requests arrive.
 *
 * One request too many in one second means `ratePerSecond` gaps within 1,000 ms. So `ratePerSecond` gaps must
 * take longer, by {@link LATENESS_MARGIN_MS}: for 60 a second a gap is 19.5 ms, which allows 51.3 requests a
 * second. A reservoir refilled each second would let 120 through at its edge.
 */
export const slotEveryMs = (ratePerSecond: number): number => (1_000 + LATENESS_MARGIN_MS) / ratePerSecond;

/**
 * Slots in time, handed out one after another to all worker processes together. One implementation for each
 * place where they can be shared: `redis-pace.ts` and `row-pace.ts`.
 */
export interface Pace {
  /**
   * Resolves when this process's next slot begins. Ask for one at a time: a slot is reserved when it is asked
   * for, and a process that reserves several and then stalls sends them all at once. The calls may have been
   * paused meanwhile.
   *
   * @throws {NoSlot} when the calls are paused, or the place where slots are shared does not answer in time
   */
  slot(): Promise<void>;
  /** No slot begins for this long, in any process. A longer pause is kept. Never throws. */
  pause(ms: number): void;
  /** How long the calls are still paused, as far as this process knows, in milliseconds. */
  pausedMs(): number;
  /** Never throws and never hangs. */
  close(): Promise<void>;
}

/** A slot is skipped if the process is this late for it: late calls of several workers arrive together. */
export const LATE_MAX_MS = 100;

/** Slots that are tried. If all are late, the last one is used, however late it is. */
export const SLOTS_TRIED_MAX = 3;

/** No slot was granted, so nothing may be sent. */
export class NoSlot extends Error {
  override name = 'NoSlot';
}

/** A mistaken `Retry-After` must not stop the warehouse for a day; after this a single call asks again. */
export const PAUSE_MAX_MS = 5 * 60_000;

/** When calls are let through again, on the monotonic clock of `performance.now()`. */
export class PauseClock {
  #untilMs = 0;

  /** A longer pause is kept. */
  pause(ms: number): void {
    if (!(ms > 0)) return;
    this.#untilMs = Math.max(this.#untilMs, performance.now() + Math.min(ms, PAUSE_MAX_MS));
  }

  leftMs(): number {
    return Math.max(0, this.#untilMs - performance.now());
  }
}
