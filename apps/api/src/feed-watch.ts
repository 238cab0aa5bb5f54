import type { ClientSignal } from './http/client.ts';

/** How often it is looked whether there is something new, as long as anybody waits: one row, a fraction of a millisecond. */
const LOOK_EVERY_MS = 200;

/** Each is a consumer, and what is new is read for each of them. A house has a few dozen. */
const WAITERS_MAX = 500;

export interface FeedWatchOptions {
  /** The position of the newest event. */
  readonly readNewest: () => Promise<number>;
  /** Aborted when the process stops: nobody waits any longer. */
  readonly stopping: AbortSignal;
}

interface Waiter {
  readonly after: number;
  /** By `performance.now()`. */
  readonly until: number;
  readonly client: ClientSignal;
  readonly end: () => void;
}

/**
 * Lets many consumers wait for what is new, with one look at the database for all of them. Nobody holds a connection while
 * they wait, and while nobody waits it does nothing.
 */
export class FeedWatch {
  readonly #readNewest: () => Promise<number>;
  readonly #stopping: AbortSignal;
  readonly #waiters = new Set<Waiter>();
  #isLooking = false;

  constructor({ readNewest, stopping }: FeedWatchOptions) {
    this.#readNewest = readNewest;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => this.#endAll(), { once: true });
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Whether there is no place for one more. */
  get isFull(): boolean {
    return this.waiting >= WAITERS_MAX;
  }

  /**
   * Resolves when there is an event behind this position, of whichever type; when the time is over; when the client has gone;
   * or when the process stops. Never rejects: a database that is away is noticed by whoever reads then.
   *
   * @param until by `performance.now()`
   */
  async untilBehind(after: number, until: number, client: ClientSignal): Promise<void> {
    if (this.#stopping.aborted) return;
    await new Promise<void>((resolve) => {
      const waiter = { after, until, client, end: () => this.#waiters.delete(waiter) && resolve() };
      this.#waiters.add(waiter);
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    while (this.#waiters.size > 0) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const newest = this.#waiters.size > 0 ? await this.#readNewest().catch(() => 0) : 0;
      for (const { after, until, client, end } of this.#waiters) {
        if (newest > after || client.aborted || performance.now() >= until) end();
      }
    }
    this.#isLooking = false;
  }

  #endAll(): void {
    for (const { end } of this.#waiters) end();
  }
}
