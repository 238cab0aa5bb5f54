/**
 * Counts what happened in the last second. The window is half open, (now - 1,000 ms, now]: two things exactly
 * a second apart are not in the same one. A window is fullest at the moment when something happens, so
 * looking then is enough to know the fullest of all.
 */
export class SlidingSecond {
  #times: number[] = [];

  /** Milliseconds since the epoch, never less than the time before. */
  add(atMs: number): void {
    this.#times.push(atMs);
  }

  countAt(nowMs: number): number {
    while (this.#times[0] !== undefined && this.#times[0] <= nowMs - 1_000) this.#times.shift();
    return this.#times.length;
  }

  /** When the oldest leaves the window, in milliseconds since the epoch; `undefined` when it is empty. */
  nextFreeAtMs(): number | undefined {
    return this.#times[0] === undefined ? undefined : this.#times[0] + 1_000;
  }

  clear(): void {
    this.#times = [];
  }
}
