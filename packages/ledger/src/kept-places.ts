import { within } from '@holdfast/runtime/bounded-waits';
import type { Place } from './batch/batch-run.ts';

/**
 * The places of batches that have waited too long for a lock. While such a batch checks which session has the
 * lock, and waits for another batch of its ledger, no new batch begins: it could take the same lock first.
 */
export class KeptPlaces {
  readonly #running: ReadonlySet<Promise<void>>;
  readonly #onGivenUp: () => void;
  readonly #kept = new Set<Place>();

  /** @param running the running batches; a batch leaves the set when it ends */
  constructor(running: ReadonlySet<Promise<void>>, onGivenUp: () => void) {
    this.#running = running;
    this.#onGivenUp = onGivenUp;
  }

  get areKept(): boolean {
    return this.#kept.size > 0;
  }

  keep(): Place {
    const running = this.#running;
    const before = running.size; // no batch begins while a place is kept
    const place: Place = {
      get hasOtherEnded() {
        return running.size < before;
      },
      untilAlone: (maxMs) => this.#untilAlone(maxMs),
      giveUp: () => {
        this.#kept.delete(place);
        this.#onGivenUp();
      },
    };
    this.#kept.add(place);
    return place;
  }

  async #untilAlone(maxMs: number): Promise<void> {
    const endsAt = performance.now() + maxMs;
    for (let leftMs = maxMs; this.#running.size > 1 && leftMs > 0; leftMs = endsAt - performance.now()) {
      await within(leftMs, Promise.race(this.#running), undefined);
    }
  }
}
