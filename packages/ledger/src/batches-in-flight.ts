import type { Place } from './batch/batch-run.ts';
import { KeptPlaces } from './kept-places.ts';
import { LEDGER_LIMITS } from './limits.ts';

/** The batches under way, and whether another one may begin beside them. */
export class BatchesInFlight {
  readonly #onChange: () => void;
  readonly #running = new Set<Promise<void>>();
  /** Those of them that take longer than `overlapAfterMs`. */
  readonly #long = new Set<Promise<void>>();
  readonly #places: KeptPlaces;

  /** @param onChange called when another batch may begin that could not before */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#places = new KeptPlaces(this.#running, onChange);
  }

  /**
   * Whether a batch may begin while so many commands wait: alone, or beside another if they are many or that
   * one takes long.
   */
  mayStart(waiting: number): boolean {
    if (this.#places.areKept || waiting === 0) return false;
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
    return this.#places.keep();
  }

  async untilAllEnded(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
