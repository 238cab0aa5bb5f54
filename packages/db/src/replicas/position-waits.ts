import { setTimeout as pause } from 'node:timers/promises';
import { hasReached, type WalPosition } from './wal-position.ts';

/** How often a replica is asked while callers wait: it has replayed most commits after a few milliseconds. */
const ASK_EVERY_MS = 5;
/** Callers that wait for one replica; more do not wait. */
const WAITING_MAX = 10_000;

interface Waiter {
  readonly wanted: WalPosition;
  readonly end: (hasReached: boolean) => void;
}

/** Callers that wait until a replica has replayed a position: one statement asks for all of them. */
export class PositionWaits {
  readonly #readPosition: () => Promise<WalPosition>;
  readonly #waiting = new Set<Waiter>();
  #isAsking = false;

  /** @param readPosition what the replica has replayed. @throws when it does not answer */
  constructor(readPosition: () => Promise<WalPosition>) {
    this.#readPosition = readPosition;
  }

  /** Whether the replica reaches a position within `maxMs`. Never throws. */
  until(wanted: WalPosition, maxMs: number): Promise<boolean> {
    if (this.#waiting.size >= WAITING_MAX) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        wanted,
        end: (isThere) => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          resolve(isThere);
        },
      };
      const timer = setTimeout(() => waiter.end(false), maxMs);
      this.#waiting.add(waiter);
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (this.#waiting.size > 0) {
        const at = await this.#readPosition();
        for (const { wanted, end } of this.#waiting) if (hasReached(at, wanted)) end(true);
        if (this.#waiting.size > 0) await pause(ASK_EVERY_MS);
      }
    } catch {
      for (const { end } of this.#waiting) end(false);
    } finally {
      this.#isAsking = false;
    }
  }
}
