import type { DraftState } from './draft-state.ts';
import { isDue } from './hold-lifetime.ts';
import type { Reservation } from './reservation.ts';
import type { Clock, Snapshot } from './snapshot.ts';
import type { Blocker } from './place-in-line.ts';
import { isWaiting, type Waiting } from './waiting-line.ts';

const isFor = ({ lines }: Reservation, sku: string): boolean => lines.some((line) => line.sku === sku);

/** The reservations that wait in line, while a batch is being decided. */
export class DraftLine {
  readonly #snapshot: Snapshot;
  readonly #clock: Clock;
  readonly #state: () => DraftState;

  constructor(snapshot: Snapshot, clock: Clock, state: () => DraftState) {
    this.#snapshot = snapshot;
    this.#clock = clock;
    this.#state = state;
  }

  /** No reservation is known to wait, so nothing is blocked. */
  get isEmpty(): boolean {
    return this.#state().waiting.size === 0 && this.#snapshot.blockers.length === 0;
  }

  /** Of the reservations that were not read, the first one that is short of each level. */
  get blockers(): readonly Blocker[] {
    return this.#snapshot.blockers;
  }

  /** Those that were read or have joined since, in any order. */
  waiting(): readonly Waiting[] {
    const { waiting, reservations } = this.#state();
    return [...waiting].flatMap((id) => {
      const reservation = reservations.get(id);
      return reservation && isWaiting(reservation) ? [reservation] : [];
    });
  }

  /**
   * How many reservations wait for the SKU: those at the beginning of the batch, and the changes since then.
   */
  waitersOf(sku: string): number {
    const before = this.#snapshot.waiters.find((each) => each.sku === sku)?.count ?? 0;
    const known = this.#snapshot.reservations.filter(
      (each) => isWaiting(each) && !isDue(each, this.#clock.now) && isFor(each, sku),
    );
    const now = this.waiting().filter((each) => isFor(each, sku));
    return before - known.length + now.length;
  }

  /** The place at the end, of its priority. */
  nextArrival(): number {
    return Math.max(this.#clock.now * 1000, ...this.waiting().map(({ wait }) => wait.arrival)) + 1;
  }

  /** Has the lines for these SKUs tried again. */
  tryAgain(skus: readonly string[]): void {
    this.#state().toGrant.push(...skus);
  }
}
