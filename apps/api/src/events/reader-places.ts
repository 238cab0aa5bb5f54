/** Limits how many readers wait for events at the same time, and how many of them are of one caller. */
export class ReaderPlaces {
  readonly #max: number;
  readonly #ofCallerMax: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  /** @param ofCallerMax of one API key: the others have places left, whatever one does */
  constructor({ max, ofCallerMax }: { readonly max: number; readonly ofCallerMax: number }) {
    this.#max = max;
    this.#ofCallerMax = ofCallerMax;
  }

  /** How many are taken now. */
  get taken(): number {
    return this.#total;
  }

  /** @returns what gives the place back, to be called once; null: there is none for this caller */
  take(caller: string): (() => void) | null {
    const own = this.#taken.get(caller) ?? 0;
    if (this.#total >= this.#max || own >= this.#ofCallerMax) return null;
    this.#count(caller, 1);
    return () => this.#count(caller, -1);
  }

  #count(caller: string, change: 1 | -1): void {
    this.#total += change;
    const own = (this.#taken.get(caller) ?? 0) + change;
    if (own > 0) this.#taken.set(caller, own);
    else this.#taken.delete(caller);
  }
}
