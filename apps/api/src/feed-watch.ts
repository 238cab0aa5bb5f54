import type { ClientSignal } from './http/client.ts';

/** How often it looks for new events while a consumer waits: one row, a fraction of a millisecond. */
const LOOK_EVERY_MS = 200;

/** Each is a consumer for which new events are read. A company has a few dozen. */
const WAITERS_MAX = 500;
/** Of one API key: the others have places left, whatever one does. */
const WAITERS_OF_CALLER_MAX = 100;

interface Waiter {
  readonly after: number;
  /** By `performance.now()`. */
  readonly until: number;
  readonly client: ClientSignal;
  readonly end: () => void;
}

/**
 * Lets many consumers wait for new events, with one read of the database and no connection for all of them.
 */
export class FeedWatch {
  readonly #readNewest: () => Promise<number>;
  readonly #stopping: AbortSignal;
  readonly #waiters = new Set<Waiter>();
  #isLooking = false;

  /**
   * @param readNewest reads the position of the newest event
   * @param stopping aborted when the process stops: then no consumer waits any longer
   */
  constructor(readNewest: () => Promise<number>, stopping: AbortSignal) {
    this.#readNewest = readNewest;
    this.#stopping = stopping;
    stopping.addEventListener('abort', () => this.#endAll(), { once: true });
  }

  /** How many wait now. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Whether there is no place for one more of this caller. */
  isFullFor({ name }: ClientSignal): boolean {
    if (this.waiting >= WAITERS_MAX) return true;
    let own = 0;
    for (const { client } of this.#waiters) if (client.name === name) own += 1;
    return own >= WAITERS_OF_CALLER_MAX;
  }

  /**
   * Resolves when there is an event after this position, the time is over, the client has gone, or the
   * process stops. Never rejects: without a database the read that follows fails.
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
