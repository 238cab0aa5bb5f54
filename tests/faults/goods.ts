import { onceIn, pick, type Dice } from '@holdfast/domain/testing';

/** By name: a transaction that locks more than one level locks the first one first. */
const SKUS = ['ANVIL', 'BAG', 'CAP', 'MUG', 'TSHIRT', 'ZIP'] as const;
export const FIRST_SKU = 'ANVIL';
export const LAST_SKU = 'ZIP';
/** The one that the priority prefers is the last by name. */
const LOCATIONS = [
  { location: 'EAST', priority: 2 },
  { location: 'WEST', priority: 1 },
] as const;
/** A SKU that no client orders: no create gives its expired holds back. */
export const UNWANTED_SKU = 'OMELETTE';
const UNWANTED_ON_HAND = 1_000_000;
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
    ...[...SKUS, UNWANTED_SKU].map((sku) => put(`/v1/skus/${sku}`, {})),
    ...SKUS.flatMap((sku) => LOCATIONS.map(({ location }) => count(sku, location, ON_HAND_MAX))),
    count(UNWANTED_SKU, LOCATIONS[0].location, UNWANTED_ON_HAND),
  ];
}

/** A count that finds more or fewer units than expected. */
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
    ...(onceIn(dice, 5) ? { location: pick(dice, LOCATIONS).location } : {}),
  }));
}

const count = (sku: string, location: string, on_hand: number) =>
  put(`/v1/stock-levels/${sku}/${location}`, { on_hand });

const put = (path: string, body: object): Put => ({ method: 'PUT', path, body });
