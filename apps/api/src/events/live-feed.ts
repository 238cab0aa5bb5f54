import { FeedPages, type FeedSlice, type Positioned } from './feed-pages.ts';

/** How often it is looked for new events while a reader waits: one statement, a fraction of a millisecond. */
const LOOK_EVERY_MS = 100;
/** Most events that one look reads. */
const LOOK_EVENTS = 500;
/** If more events came while no reader waited, they are skipped: each reader reads what it needs. */
const SKIP_BEHIND = 2_000;

interface Waiter {
  readonly after: number;
  readonly isOver: () => boolean;
  readonly end: () => void;
}

export interface FeedRead<Event extends Positioned> extends FeedSlice<Event> {
  /** The position of the newest event. */
  readonly newest: number;
}

/**
 * The feed for all readers of this process that wait for what is new: one statement every 100 ms finds the
 * new events for all of them, and none runs while no reader waits.
 */
export class LiveFeed<Event extends Positioned> {
  readonly #read: (after: number, limit: number) => Promise<FeedRead<Event>>;
  readonly #stopping: AbortSignal;
  readonly #pages: FeedPages<Event>;
  readonly #waiters = new Set<Waiter>();
  #newest = 0;
  #isLooking = false;

  /**
   * @param read the next events behind a position
   * @param stopping aborted when the process stops: then no reader waits any longer
   */
  constructor(read: (after: number, limit: number) => Promise<FeedRead<Event>>, stopping: AbortSignal) {
    this.#read = read;
    this.#stopping = stopping;
    this.#pages = new FeedPages(read);
    stopping.addEventListener('abort', () => this.#endAll(), { once: true });
  }

  /** The position of the newest event, as of the last look. */
  get newest(): number {
    return this.#newest;
  }

  /** How many readers wait for an event. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * What follows a position, as soon as something does. Its events may be none, where all were deleted.
   *
   * @param isOver asked at each look: whether the reader waits no more
   * @returns null: it is over, or the process stops
   * @throws when older events could not be read. Without a database, who waits for new ones waits on
   */
  async next(after: number, isOver: () => boolean): Promise<FeedSlice<Event> | null> {
    while (!this.#stopping.aborted && !isOver()) {
      const slice = this.#pages.after(after);
      if (slice) return slice;
      if (after < this.#newest) await this.#pages.load(after);
      else await this.#untilNewer(after, isOver);
    }
    return null;
  }

  #untilNewer(after: number, isOver: () => boolean): Promise<void> {
    return new Promise<void>((resolve) => {
      const waiter = { after, isOver, end: () => this.#waiters.delete(waiter) && resolve() };
      this.#waiters.add(waiter);
      void this.#look();
    });
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    for (let more = false; this.#waiters.size > 0;) {
      if (!more) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      more = this.#waiters.size > 0 && (await this.#readNew().catch(() => false));
      for (const { after, isOver, end } of this.#waiters) if (this.#newest > after || isOver()) end();
    }
    this.#isLooking = false;
  }

  /** @returns whether there are more */
  async #readNew(): Promise<boolean> {
    const { events, newest } = await this.#read(this.#newest, LOOK_EVENTS);
    if (newest - this.#newest > SKIP_BEHIND) {
      this.#newest = newest;
      return false;
    }
    this.#pages.append(events);
    this.#newest = events.at(-1)?.position ?? Math.max(this.#newest, newest); // none: they are deleted
    return newest > this.#newest;
  }

  #endAll(): void {
    for (const { end } of this.#waiters) end();
  }
}
