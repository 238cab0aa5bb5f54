/** Slots of the table when it begins; it doubles when half of them are taken. */
const SLOTS_AT_FIRST = 1 << 10;

/**
 * Counts the levels that a file names more than once. It keeps 8 bytes for each level and no name: a file may
 * have 500,000. In one of some 70,000 files of that size, two names have the same 53 bits: one level too many
 * is counted.
 */
export class NamedLevels {
  #slots = new Float64Array(SLOTS_AT_FIRST);
  #taken = 0;
  /** How many names were known already. */
  repeated = 0;

  add(sku: string, location: string): void {
    if (this.#put(hash53(`${sku}\0${location}`))) this.#taken += 1;
    else this.repeated += 1;
    if (this.#taken * 2 > this.#slots.length) this.#grow();
  }

  /** False: it was there already. */
  #put(hash: number): boolean {
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    while (this.#slots[at] !== 0) {
      if (this.#slots[at] === hash) return false;
      at = (at + 1) & mask;
    }
    this.#slots[at] = hash;
    return true;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 2);
    for (const hash of before) if (hash !== 0) this.#put(hash);
  }
}

/** A hash of a text that is not 0, from two of 32 bits (cyrb53, public domain). */
function hash53(text: string): number {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 2654435761);
    other = Math.imul(other ^ unit, 1597334677);
  }
  one = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  other = Math.imul(other ^ (other >>> 16), 2246822507) ^ Math.imul(one ^ (one >>> 13), 3266489909);
  return 4294967296 * (2097151 & other) + (one >>> 0) || 1;
}
