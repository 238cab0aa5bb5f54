import type { Dice } from '@holdfast/domain/testing';

/** By name: whoever locks more than one level, locks the first one first. */
const SKUS = ['ANVIL', 'BAG', 'CAP', 'MUG', 'TSHIRT', 'ZIP'] as const;
export const FIRST_SKU = 'ANVIL';
export const LAST_SKU = 'ZIP';
/** The one that the priority prefers is the last by name. */
const LOCATIONS = [
  { location: 'EAST', priority: 2 },
  { location: 'WEST', priority: 1 },
] as const;
/** Little enough that some are refused all the time. */
const ON_HAND_MAX = 40;

interface Put {
  readonly method: 'PUT';
  readonly path: string;
  readonly body: object;
}

/** All that must be said before anything can be sold. */
export function stockingUp(): readonly Put[] {
  return [
    ...LOCATIONS.map(({ location, priority }) => put(`/v1/locations/${location}`, { priority })),
    ...SKUS.map((sku) => put(`/v1/skus/${sku}`, {})),
    ...SKUS.flatMap((sku) => LOCATIONS.map(({ location }) => count(sku, location, ON_HAND_MAX))),
  ];
}

/** Somebody has counted, and found more or less than was thought. */
export function someCount(dice: Dice): Put {
  return count(pick(dice, SKUS), pick(dice, LOCATIONS).location, dice.whole(0, ON_HAND_MAX));
}

export interface Line {
  readonly sku: string;
  readonly quantity: number;
  readonly location?: string;
}

/** Some lines, now and then with a pin, or with one SKU twice. */
export function someLines(dice: Dice): readonly Line[] {
  return Array.from({ length: dice.whole(1, 3) }, () => ({
    sku: pick(dice, SKUS),
    quantity: dice.whole(1, 3),
    ...(oneIn(dice, 5) ? { location: pick(dice, LOCATIONS).location } : {}),
  }));
}

export const oneIn = (dice: Dice, times: number): boolean => dice.whole(1, times) === 1;

export function pick<T>(dice: Dice, from: readonly T[]): T {
  const [first, ...rest] = from;
  if (first === undefined) throw new Error('nothing to choose from');
  return from[dice.whole(0, rest.length)] ?? first;
}

const count = (sku: string, location: string, on_hand: number) =>
  put(`/v1/stock-levels/${sku}/${location}`, { on_hand });

const put = (path: string, body: object): Put => ({ method: 'PUT', path, body });
