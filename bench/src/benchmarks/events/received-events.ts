import { latenciesOf, type Latencies } from '../../statistics.ts';

/** What a consumer received of a load's events. */
export interface Received {
  /** Each event once. */
  readonly events: number;
  /** Received before, with the same id. */
  readonly repeats: number;
  /** When the last one came that was new, as of `Date.now()`. 0: none came. */
  readonly lastAtMs: number;
  /** From an event's `time`, by the database's clock on this machine, until it was received. */
  readonly lag: Latencies;
}

/** Keeps account of events as they come. It remembers all that ever came: a repeat of an earlier load is one, too. */
export class ReceivedEvents {
  readonly #ids = new Set<string>();
  #lagsMs: number[] = [];
  #repeats = 0;
  #lastAtMs = 0;

  add(event: { readonly id: string; readonly time: string }, nowMs: number): void {
    if (this.#ids.has(event.id)) {
      this.#repeats += 1;
      return;
    }
    this.#ids.add(event.id);
    this.#lagsMs.push(nowMs - Date.parse(event.time));
    this.#lastAtMs = nowMs;
  }

  /** Events that were new since the last `take`. */
  get count(): number {
    return this.#lagsMs.length;
  }

  /** What was received since the last time, and counts anew. */
  take(): Received {
    const received: Received = {
      events: this.count,
      repeats: this.#repeats,
      lastAtMs: this.#lastAtMs,
      lag: latenciesOf(this.#lagsMs),
    };
    this.#lagsMs = [];
    this.#repeats = 0;
    this.#lastAtMs = 0;
    return received;
  }
}

/** What a consumer is told, over IPC. It replies to the first two. */
export type ConsumerMessage =
  | { readonly kind: 'count' }
  | { readonly kind: 'take' }
  /** Reads the feed of this API, on from where it was. Null: reads no more. */
  | { readonly kind: 'follow'; readonly url: string | null };
