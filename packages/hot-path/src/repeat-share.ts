/** The newest keyed calls that count. */
const CALLS = 50;
/** Repeats come together: one in a hundred is a sign of more. */
const WORTH_A_LOOK = 0.01;

/**
 * The share of repeats among the newest keyed calls of this process, as a weighted mean. A look for the
 * outcome of each key cost 8% more CPU for each call where no key was repeated. So it is made once this
 * process has answered a repeat, and for as long as repeats are not rare.
 */
export class RepeatShare {
  #share = 0;

  add(isRepeat: boolean): void {
    this.#share += (Number(isRepeat) - this.#share) / CALLS;
  }

  get isWorthALook(): boolean {
    return this.#share >= WORTH_A_LOOK;
  }
}
