import { hasReached, type WalPosition } from './wal-position.ts';

interface Entry {
  readonly position: WalPosition;
  /** By `performance.now()`, before the primary was asked. */
  readonly askedAt: number;
}

/** Positions that the primary had, by which the lag of a replica is measured. */
export class PositionHistory {
  readonly #keptMs: number;
  /** Oldest first. */
  readonly #entries: Entry[] = [];

  /** @param keptMs the longest lag that is measured */
  constructor(keptMs: number) {
    this.#keptMs = keptMs;
  }

  /** Undefined: the primary has not answered yet. */
  get newest(): WalPosition | undefined {
    return this.#entries.at(-1)?.position;
  }

  add(position: WalPosition, askedAt: number): void {
    const last = this.#entries.at(-1);
    if (last && hasReached(last.position, position)) this.#entries.pop(); // nothing was written since
    this.#entries.push({ position, askedAt });
    const kept = this.#entries.findIndex((entry) => askedAt - entry.askedAt <= this.#keptMs);
    this.#entries.splice(0, kept);
  }

  /** The primary does not answer: as far as is known, it has written nothing since. */
  addSilence(askedAt: number): void {
    if (this.newest) this.add(this.newest, askedAt);
  }

  /**
   * How old the data of a server at this position may be: everything that was written longer ago is there.
   * Infinity: older than all that is kept.
   */
  lagMs(at: WalPosition, now: number): number {
    const reached = this.#entries.findLast(({ position }) => hasReached(at, position));
    return reached ? now - reached.askedAt : Number.POSITIVE_INFINITY;
  }
}
