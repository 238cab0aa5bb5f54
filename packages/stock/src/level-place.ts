/** A level, as a place in the order of all levels. */
export interface LevelPlace {
  readonly sku: string;
  readonly location: string;
}

/** Before all levels: names have at least one character. */
export const FIRST_LEVEL: LevelPlace = { sku: '', location: '' };
