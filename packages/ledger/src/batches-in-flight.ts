import { within } from '@holdfast/runtime/bounded-waits';
import type { Place } from './batch/batch-run.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** The batches under way, and whether another one may begin beside them. */
export class BatchesInFlight {
  readonly #onChange: () => void;
  readonly #running = new Set<Promise<void>>();
  /** Those of them that take longer than `overlapAfterMs`. */
  readonly #long = new Set<Promise<void>>();
  /**
   * The places of batches that have waited too long for a lock. While such a batch checks which session has
   * the lock, and waits for another batch of its ledger, no new batch begins: it could take the same lock
   * first.
   */
  readonly #keptPlaces = new Set<Place>();

  /** @param onChange called when another batch may begin that could not before */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Whether a batch may begin: alone, or beside another if many commands wait or that one takes long. */
  mayStart(waiting: number): boolean {
    if (this.#keptPlaces.size > 0 || waiting === 0) return false;
    if (this.#running.size === 0) return true;
    if (this.#running.size >= LEDGER_LIMITS.batchesInFlightMax) return false;
    return this.#long.size > 0 || waiting >= LEDGER_LIMITS.overlapCommandsMin;
  }

  /** @param run must not reject */
  start(run: () => Promise<void>): void {
    const overlap = setTimeout(() => {
      this.#long.add(batch);
      this.#onChange();
    }, LEDGER_LIMITS.overlapAfterMs);
    const batch = run().finally(() => {
      clearTimeout(overlap);
      this.#long.delete(batch);
      this.#running.delete(batch);
      this.#onChange();
    });
    this.#running.add(batch);
  }

  /** Keeps the place of a running batch: until it is given up, no other begins. */
  keepPlace(): Place {
    const running = this.#running;
    const before = running.size;
    const place: Place = {
      get hasOtherEnded() {
        return running.size < before;
      },
      untilAlone: (maxMs) => this.#untilAlone(maxMs),
      giveUp: () => {
        this.#keptPlaces.delete(place);
        this.#onChange();
      },
    };
    this.#keptPlaces.add(place);
    return place;
  }

  async untilAllEnded(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #untilAlone(maxMs: number): Promise<void> {
    const endsAt = performance.now() + maxMs;
    for (let leftMs = maxMs; this.#running.size > 1 && leftMs > 0; leftMs = endsAt - performance.now()) {
      await within(leftMs, Promise.race(this.#running), undefined);
    }
  }
}
