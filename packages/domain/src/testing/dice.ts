/** The source of random numbers. */
export interface Dice {
  /** A whole number; both ends can come up. */
  whole(min: number, max: number): number;
}

/** Throws the same for the same seed (mulberry32, public domain, by Tommy Ettinger). */
export function seededDice(seed: number): Dice {
  let state = seed;
  return {
    whole(min, max) {
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return min + (((mixed ^ (mixed >>> 14)) >>> 0) % (max - min + 1));
    },
  };
}

/** @throws when there is nothing to choose from */
export function pick<T>(dice: Dice, from: readonly T[]): T {
  const index = dice.whole(0, from.length - 1);
  if (index < 0 || index >= from.length) throw new Error('there is nothing to choose from');
  return from[index] as T;
}

/** In another order. */
export function shuffled<T>(dice: Dice, items: readonly T[]): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(dice.whole(0, left.length - 1), 1));
}

/** True on average once in this many times. */
export function onceIn(dice: Dice, times: number): boolean {
  return dice.whole(1, times) === times;
}
